/**
 * What the console reports, and how a person and a script read it. One row of a
 * table for each event: its type, the fields of its JSON object, its words.
 *
 * @module
 */
export type { ConnectionEvent } from "./connection.ts";
export {
  type ConsoleEvent,
  type EventSink,
  type EventType,
  jsonFields,
  render,
} from "./events.ts";
export type { PeerEventOf, Rendering } from "./format.ts";
export type { HelpEvent } from "./help.ts";
export type { MessageEvent, SentMessage } from "./messages.ts";
export type { RegistryEvent } from "./registry.ts";
export type { TrustEvent } from "./trust.ts";
export { DELIVERY_MARKS, label } from "./text.ts";
