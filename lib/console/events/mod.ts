/**
 * What the console reports, and how a user and a script read it. Each event has
 * one row of a table: its type, the fields of its JSON object, its text.
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
} from "./event_table.ts";
export type { PeerEventOf } from "./event_format.ts";
export type { HelpEvent } from "./help.ts";
export type { MessageEvent, SentMessage } from "./messages.ts";
export { DELIVERY_MARKS, label, speakerIn, speakerOf } from "./message_line.ts";
export type { RegistryEvent } from "./registry.ts";
export type { Rendering } from "./rendering.ts";
export type { StrangerEvent } from "./strangers.ts";
export type { TrustEvent } from "./trust.ts";
