import { Message } from "../../framing/mod.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/**
 * ACK on a link: that message and all before it are stored (PROTOCOL.md,
 * "Delivery").
 */
export function encodeAcknowledge(id: string): Message {
  return new Message(METHOD.acknowledge, [[HEADER.id, id]]);
}

/** The message that an ACK names; undefined if it names none. */
export function decodeAcknowledge(message: Message): string | undefined {
  return message.get(HEADER.id);
}
