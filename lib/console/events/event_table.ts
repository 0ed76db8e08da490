import type { PeerEvent } from "../../peer/mod.ts";
import { CONNECTION_EVENTS, type ConnectionEvent } from "./connection.ts";
import type { EventTable } from "./event_format.ts";
import { HELP_EVENTS, type HelpEvent } from "./help.ts";
import { MESSAGE_EVENTS, type MessageEvent } from "./messages.ts";
import { REGISTRY_EVENTS, type RegistryEvent } from "./registry.ts";
import type { Rendering } from "./rendering.ts";
import { STRANGER_EVENTS, type StrangerEvent } from "./strangers.ts";
import { TRUST_EVENTS, type TrustEvent } from "./trust.ts";

/** What the console reports: what happens at the peer, and what commands answer. */
export type ConsoleEvent =
  | PeerEvent
  | ConnectionEvent
  | MessageEvent
  | RegistryEvent
  | TrustEvent
  | StrangerEvent
  | HelpEvent;

/** The type of an event: its name in the JSON output. */
export type EventType = ConsoleEvent["type"];

/** Receives events, in order, and writes them out. */
export type EventSink = (event: ConsoleEvent) => void;

/** Every event, by topic; an event without a row does not compile. */
const EVENT_TABLE: EventTable<ConsoleEvent> = {
  ...CONNECTION_EVENTS,
  ...MESSAGE_EVENTS,
  ...REGISTRY_EVENTS,
  ...TRUST_EVENTS,
  ...STRANGER_EVENTS,
  ...HELP_EVENTS,
};

/** The fields of an event's JSON object, besides `event` (README, "For scripts"). */
export function jsonFields(event: ConsoleEvent): Record<string, unknown> {
  return fieldsAs(event.type, event);
}

/** An event as text; undefined if a user sees it in another way. */
export function render(event: ConsoleEvent): Rendering | undefined {
  return renderAs(event.type, event);
}

/** The event of one type, or of several. */
type EventOf<Type extends EventType> = Extract<
  ConsoleEvent,
  { readonly type: Type }
>;

// The type parameter tells the checker that the row fits the event.
function fieldsAs<Type extends EventType>(type: Type, event: EventOf<Type>) {
  return EVENT_TABLE[type].fields(event);
}

function renderAs<Type extends EventType>(type: Type, event: EventOf<Type>) {
  return EVENT_TABLE[type].render(event);
}
