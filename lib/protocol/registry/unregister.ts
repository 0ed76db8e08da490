import { Message } from "../../framing/mod.ts";
import type { Exchange } from "../exchange.ts";
import { METHOD } from "../methods.ts";

/** UNREGISTER (PROTOCOL.md, "REGISTER"). */
export const UNREGISTER: Exchange<void, void> = {
  method: METHOD.unregister,
  replyMethod: METHOD.unregisterReply,
  encodeRequest: () => new Message(METHOD.unregister),
  decodeRequest: () => {},
  encodeReply: () => new Message(METHOD.unregisterReply),
  decodeReply: () => {},
};
