import { Message } from "../../framing/mod.ts";
import { clientIDIn } from "../fields.ts";
import { ProtocolError } from "../errors.ts";
import { HEADER } from "../headers.ts";
import { METHOD } from "../methods.ts";

/** CHAT: who this side is (PROTOCOL.md, "The secure peer link"). */
export function encodeChat(clientID: string): Message {
  return new Message(METHOD.chat, [[HEADER.clientID, clientID]]);
}

/**
 * The client ID in a CHAT.
 *
 * @throws {ProtocolError} If the message is none, or has no client ID.
 */
export function decodeChat(message: Message): string {
  if (message.method === METHOD.chat) {
    return clientIDIn(message, HEADER.clientID);
  }
  throw new ProtocolError("it did not introduce itself with CHAT");
}
