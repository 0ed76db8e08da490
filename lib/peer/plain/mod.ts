/**
 * Conversations with programs that only speak the plain protocol.
 *
 * @module
 */
export { PlainConversations } from "./conversations.ts";
export { PlainLink } from "./link.ts";
