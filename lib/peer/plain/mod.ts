/**
 * Conversations with programs that only speak the plain protocol.
 *
 * @module
 */
export { type PlainContext, PlainConversation } from "./conversation.ts";
export { PlainLink } from "./link.ts";
