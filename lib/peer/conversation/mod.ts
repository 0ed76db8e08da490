/**
 * Conversations in the secure mode: their links, what is in flight on each, and
 * reconnecting.
 *
 * @module
 */
export { Conversations } from "./conversations.ts";
export { PeerLink } from "./peer_link.ts";
export { Queue } from "./queue.ts";
