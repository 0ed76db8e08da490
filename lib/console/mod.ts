/**
 * The user interface, for a user at a terminal or a script: the only place
 * that writes to the screen.
 *
 * @module
 */
export type {
  ConnectionEvent,
  ConsoleEvent,
  EventSink,
  HelpEvent,
  MessageEvent,
  PeerEventOf,
  RegistryEvent,
  SentMessage,
  StrangerEvent,
  TrustEvent,
} from "./events/mod.ts";
export { type ConsoleOptions, runConsole } from "./run.ts";
export type { SessionOptions } from "./session.ts";
export type { Folding } from "./folding.ts";
