import { Message } from "../framing/mod.ts";
import { ProtocolError } from "./errors.ts";
import { HEADER } from "./headers.ts";
import { METHOD } from "./methods.ts";

/** The `HELLO` that opens the secure mode (PROTOCOL.md, "Secure mode"). */
export function encodeHello(version: number): Message {
  return new Message(METHOD.hello, [[HEADER.version, String(version)]]);
}

/**
 * The version that a `HELLO` asks for, as it is written; undefined if it asks
 * for none.
 *
 * @throws {ProtocolError} If the message is no HELLO.
 */
export function versionIn(message: Message): string | undefined {
  if (message.method === METHOD.hello) return message.get(HEADER.version);
  throw new ProtocolError("the secure mode opens with HELLO");
}
