/**
 * Conversations: the directory of all of them, and those in the secure mode with
 * their links, what is in flight on each, and reconnecting.
 *
 * @module
 */
export type { Attachment, LinkPath } from "./context.ts";
export { Conversations } from "./conversations.ts";
export { type Arrivals, PeerLink } from "./peer_link.ts";
export { Queue } from "./queue.ts";
