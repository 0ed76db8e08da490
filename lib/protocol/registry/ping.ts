import { Message } from "../../framing/mod.ts";
import type { Exchange } from "../exchange.ts";
import { METHOD } from "../methods.ts";

/** PING (PROTOCOL.md, "PING"). */
export const PING: Exchange<void, void> = {
  method: METHOD.ping,
  replyMethod: METHOD.pong,
  encodeRequest: () => new Message(METHOD.ping),
  decodeRequest: () => {},
  encodeReply: () => new Message(METHOD.pong),
  decodeReply: () => {},
};
