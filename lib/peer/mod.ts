/**
 * A peer as a library: registers, finds others, and talks to them directly.
 * There is no terminal in it: a bot imports it as it is.
 *
 * @module
 */
export { KeyChangedError, PeerError, PlainOnlyError } from "./errors.ts";
export type { Client, Party, PeerEvent, Protection } from "./events.ts";
export { RefusedError } from "./registry_link.ts";
export { type Home, openHome } from "./home.ts";
export { Peer, type PeerOptions } from "./peer.ts";
export { openStore, type Store, type StoreOptions } from "./store.ts";
export type { History } from "./history.ts";
export type { Arrival, Inbox } from "./inbox.ts";
export type { Incoming, Outgoing, State } from "./messages.ts";
export type { Outbox, Waiting } from "./outbox.ts";
export type { Queue } from "./queue.ts";
export type { Pin, Pins } from "./pins.ts";
export { isClientID } from "../framing/mod.ts";
