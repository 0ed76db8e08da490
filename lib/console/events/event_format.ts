import type { PeerEvent } from "../../peer/mod.ts";
import type { Rendering } from "./rendering.ts";

/** How the events of one type are written: a row of the {@linkcode EventTable}. */
export interface EventFormat<Event> {
  /** The fields of the JSON object, in the order in which they are written. */
  readonly fields: (event: Event) => Record<string, unknown>;
  /** The event as text; undefined if a user sees it in another way. */
  readonly render: (event: Event) => Rendering | undefined;
}

/** One row for each type of event in the union `Event`; none may be missing. */
export type EventTable<Event extends { readonly type: string }> = {
  readonly [Type in Event["type"]]: EventFormat<
    Extract<Event, { readonly type: Type }>
  >;
};

/** The events of a peer that are of one of the named types. */
export type PeerEventOf<Type extends PeerEvent["type"]> = Extract<
  PeerEvent,
  { readonly type: Type }
>;
