import { Message } from "../../framing/mod.ts";
import { METHOD } from "../methods.ts";

/** PING on a peer link: asks for a PONG (PROTOCOL.md, "Delivery"). */
export function encodePing(): Message {
  return new Message(METHOD.ping);
}

/** PONG on a peer link: answers a PING. */
export function encodePong(): Message {
  return new Message(METHOD.pong);
}
