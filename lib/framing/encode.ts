import {
  ControlCharacterError,
  HeaderBlockTooLargeError,
  MalformedMessageError,
  TooManyHeadersError,
} from "./errors.ts";
import {
  MAX_HEADER_BLOCK_BYTES,
  MAX_HEADERS,
  type Message,
} from "./message.ts";
import { isToken } from "./token.ts";

const encoder = new TextEncoder();

/** The characters that no name or value may contain: Unicode's Cc. */
export const CONTROL = /\p{Cc}/u;

/**
 * The bytes of a message, for one write (PROTOCOL.md, "Messages").
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeMessage, Message } from "./mod.ts";
 *
 * const message = new Message("MSG", [["Client-ID", "alice"]], "hi\n");
 * assertEquals(
 *   new TextDecoder().decode(encodeMessage(message)),
 *   "MSG\r\nClient-ID: alice\r\nContent-Length: 3\r\n\r\nhi\n",
 * );
 * ```
 *
 * @throws {MalformedMessageError} If the method or a name is not a token.
 * @throws {ControlCharacterError} If a value contains a control character.
 * @throws {TooManyHeadersError} If there are more than `MAX_HEADERS` headers.
 * @throws {HeaderBlockTooLargeError} If they exceed `MAX_HEADER_BLOCK_BYTES`.
 */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  if (!isToken(message.method)) {
    throw new MalformedMessageError(`"${message.method}" is not a method`);
  }
  const bodyLength = message.body.length;
  if (message.headers.length + (bodyLength > 0 ? 1 : 0) > MAX_HEADERS) {
    throw new TooManyHeadersError(`more than ${MAX_HEADERS} headers`);
  }
  let head = message.method + "\r\n";
  for (const [name, value] of message.headers) {
    if (!isToken(name)) {
      throw new MalformedMessageError(`"${name}" is not a header's name`);
    }
    if (CONTROL.test(value)) {
      throw new ControlCharacterError(`control character in ${name}`);
    }
    head += `${name}: ${value}\r\n`;
  }
  if (bodyLength > 0) head += `Content-Length: ${bodyLength}\r\n`;
  const start = encoder.encode(head + "\r\n");
  if (start.length > MAX_HEADER_BLOCK_BYTES) {
    throw new HeaderBlockTooLargeError(
      `the header block exceeds ${MAX_HEADER_BLOCK_BYTES} bytes`,
    );
  }
  if (bodyLength === 0) return start;
  const bytes = new Uint8Array(start.length + bodyLength);
  bytes.set(start);
  bytes.set(message.body, start.length);
  return bytes;
}
