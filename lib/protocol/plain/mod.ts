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
  decodePlainInfoReply,
  encodePlainInfo,
  plainInfoReply,
} from "./info.ts";
export {
  encodePlainChat,
  encodePlainText,
  plainChatClientID,
  RAW_QUIT,
  RAW_QUIT_BEGUN,
} from "./link.ts";
export {
  decodePlainRegister,
  encodePlainRegister,
  type PlainRegister,
  plainRegisterReply,
} from "./register.ts";
export { type PlainReply, readPlainReply } from "./reply.ts";
