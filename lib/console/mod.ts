/**
 * What a person sees and types, or a script in their place. The only place
 * that writes to the screen.
 *
 * @module
 */
export type { ConsoleEvent, EventSink } from "./events/mod.ts";
export { type ConsoleOptions, runConsole } from "./run.ts";
export type { SessionOptions } from "./session.ts";
