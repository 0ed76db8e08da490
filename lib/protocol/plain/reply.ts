import {
  concat,
  EMPTY_BYTES,
  type Header,
  isToken,
  Message,
} from "../../framing/mod.ts";
import { ProtocolError } from "../errors.ts";

/** A reply, as far as it has arrived. */
export interface PlainReply {
  /** What has arrived, as a message. */
  readonly message: Message;
  /** Whether it is complete; else its body may go on. */
  readonly isComplete: boolean;
}

const HEAD_END = /\r?\n\r?\n/;
const HEADER_LINE = /^([A-Za-z0-9_-]+)[ \t]*:(.*)$/;

/** Decodes each byte as one character, so that places in the text are places in the bytes. */
const latin1 = new TextDecoder("latin1");
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a reply of a registry that speaks only the plain protocol, as leniently
 * as existing programs read them (PROTOCOL.md, "Variants of existing
 * registries"): lines of the head that are no headers count as lines of the
 * body; without a `Content-Length` the body is what has arrived behind the
 * empty line; and where the connection ends, so does the reply.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readPlainReply } from "../mod.ts";
 *
 * const text = "INFOACK\r\nalice 127.0.0.1:43187\r\n\r\n";
 * const reply = readPlainReply(new TextEncoder().encode(text), false);
 * assertEquals(reply?.message.method, "INFOACK");
 * assertEquals(reply?.message.text(), "alice 127.0.0.1:43187\r\n");
 * assertEquals(reply?.isComplete, false); // it has no Content-Length
 * ```
 *
 * @param bytes What has arrived.
 * @param isEnd Whether no more will come.
 * @returns Undefined if its head, or the length that it gives, is not there yet.
 * @throws {ProtocolError} If it does not begin with a method.
 */
export function readPlainReply(
  bytes: Uint8Array,
  isEnd: boolean,
): PlainReply | undefined {
  const text = latin1.decode(bytes);
  const start = /^[\r\n]*/.exec(text)?.[0].length ?? 0;
  const headEnd = HEAD_END.exec(text.slice(start));
  if (headEnd === null && !isEnd) return undefined;
  const end = headEnd === null ? bytes.length : start + headEnd.index;
  const rest = headEnd === null
    ? EMPTY_BYTES
    : bytes.subarray(end + headEnd[0].length);
  const [method = "", ...lines] = utf8.decode(bytes.subarray(start, end))
    .trimEnd().split(/\r?\n/);
  if (!isToken(method.trim())) {
    throw new ProtocolError("the reply does not begin with a method");
  }
  const { headers, bare, length } = parseLines(lines);
  if ((length ?? 0) > rest.length && !isEnd) return undefined;
  const body = concat(encodeLines(bare), rest.subarray(0, length));
  const message = new Message(method.trim(), headers, body);
  return { message, isComplete: length !== undefined || isEnd };
}

/** Tells headers from other lines, and takes `Content-Length` out. */
function parseLines(lines: readonly string[]) {
  const headers: Header[] = [];
  const bare: string[] = [];
  let length: number | undefined;
  for (const line of lines) {
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === undefined) bare.push(line);
    else if (name.toLowerCase() !== "content-length") {
      headers.push([name, value.trim()]);
    } else if (/^\d+$/.test(value.trim())) length = Number(value);
  }
  return { headers, bare, length };
}

function encodeLines(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(""));
}
