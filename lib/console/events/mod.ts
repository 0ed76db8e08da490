/**
 * What the console reports, and how a person and a script read it. One row of a
 * table for each event: its type, the fields of its JSON object, its words.
 *
 * @module
 */
export {
  type ConsoleEvent,
  type EventSink,
  type EventType,
  jsonFields,
  render,
} from "./events.ts";
export type { Rendering } from "./format.ts";
export type { SentMessage } from "./messages.ts";
export { DELIVERY_MARKS, label } from "./text.ts";
