import { type Header, Message } from "../framing/mod.ts";
import { bytesFromBase64 } from "./base64.ts";
import { ProtocolError } from "./errors.ts";
import { HEADER } from "./headers.ts";
import { METHOD } from "./methods.ts";

/**
 * The `HELLO` that opens the secure mode (PROTOCOL.md, "Opening").
 *
 * @param version The version of the secure mode.
 * @param handshake The first message of the handshake. Without it the message is
 * the one whose bytes are the prologue of the handshake.
 */
export function encodeHello(version: number, handshake?: Uint8Array): Message {
  const headers: Header[] = [[HEADER.version, String(version)]];
  if (handshake !== undefined) {
    headers.push([HEADER.handshake, handshake.toBase64()]);
  }
  return new Message(METHOD.hello, headers);
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

/**
 * The first message of the handshake, which a `HELLO` of version 1 carries.
 *
 * @throws {ProtocolError} If it is missing or not in base64, or the HELLO holds
 * more than a Version and a Handshake.
 */
export function handshakeIn(message: Message): Uint8Array {
  const text = message.get(HEADER.handshake);
  const handshake = text === undefined ? undefined : bytesFromBase64(text);
  if (handshake === undefined) {
    throw new ProtocolError("Handshake is missing, or is not base64");
  }
  if (message.headers.length === 2 && message.body.length === 0) {
    return handshake;
  }
  throw new ProtocolError(
    "HELLO has more than a Version and a Handshake",
  );
}
