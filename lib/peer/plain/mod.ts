/**
 * Conversations with programs that only speak the plain protocol.
 *
 * @module
 */
export {
  OVER_QUOTA,
  PlainConversation,
  type PlainConversationContext,
} from "./conversation.ts";
export { PlainLink } from "./link.ts";
export { plainName, unprovedID } from "./name.ts";
