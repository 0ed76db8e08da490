/**
 * The plain protocol of existing programs, which is frozen (PROTOCOL.md, "The
 * plain protocol" and "The plain peer link").
 *
 * @module
 */
export {
  decodePlainBridge,
  decodePlainBridgeReply,
  encodePlainBridge,
  type PlainBridge,
  plainBridgeReply,
} from "./bridge.ts";
export {
  decodePlainChat,
  encodePlainChat,
  isClientIDLine,
  matchChatBehindText,
  plainBodyLength,
  type PlainChat,
} from "./chat.ts";
export {
  decodePlainInfoReply,
  encodePlainInfo,
  plainInfoReply,
} from "./info.ts";
export { type Match, matchLine } from "./match.ts";
export { isPlainQuit, matchPlainQuit } from "./quit.ts";
export { encodePlainText } from "./text.ts";
export {
  decodePlainRegister,
  encodePlainRegister,
  type PlainRegister,
  plainRegisterReply,
} from "./register.ts";
export { type PlainReply, readPlainReply } from "./reply.ts";
