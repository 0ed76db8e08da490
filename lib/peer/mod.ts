/**
 * A peer as a library: registers, finds others, and talks to them directly.
 * There is no terminal in it: a bot imports it as it is.
 *
 * @module
 */
export { PeerError } from "./errors.ts";
export type { Client, Party, PeerEvent, Protection } from "./events.ts";
export { Peer, type PeerOptions } from "./peer.ts";
export { isClientID } from "../framing/mod.ts";
