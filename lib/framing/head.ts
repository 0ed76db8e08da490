import { CONTROL } from "./encode.ts";
import {
  BodyTooLargeError,
  ControlCharacterError,
  MalformedMessageError,
  TooManyHeadersError,
} from "./errors.ts";
import { type Header, MAX_BODY_BYTES, MAX_HEADERS } from "./message.ts";
import { isToken } from "./token.ts";

const CR = 13;
const CONTENT_LENGTH = "content-length";
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How messages are read. */
export interface ReaderOptions {
  /** The largest body accepted, in bytes. Default: `MAX_BODY_BYTES`. */
  readonly maxBodyBytes?: number;
  /**
   * Whether to skip a header line without a colon in messages of a method: the
   * original client of the plain protocol sends one. Default: in none, where it
   * is an error.
   */
  readonly skipStrayLines?: (method: string) => boolean;
}

/** A message without its body. */
export interface Head {
  /** The start line. */
  readonly method: string;
  /** The header lines in order, without `Content-Length`. */
  readonly headers: readonly Header[];
  /** The `Content-Length`; 0 without one. */
  readonly bodyLength: number;
}

/**
 * Parses the start line and headers of a message (PROTOCOL.md, "Messages").
 *
 * @param block Their bytes, with the empty line. They have no control character
 * of ASCII but those of line ends.
 * @param isASCII Whether all of the bytes are ASCII.
 * @throws {FramingError} If they are malformed: one of its subclasses.
 */
export function parseHead(
  block: Uint8Array,
  isASCII: boolean,
  options: ReaderOptions,
): Head {
  const text = decode(block);
  if (!isASCII && CONTROL.test(text.replaceAll(/\r?\n/g, ""))) {
    throw new ControlCharacterError("control character in a header");
  }
  let lineEnd = text.indexOf("\n");
  const method = withoutCR(text, 0, lineEnd);
  if (!isToken(method)) {
    throw new MalformedMessageError("the first line is not a method");
  }
  const headers: Header[] = [];
  let lines = 0;
  let bodyLength: number | undefined;
  for (;;) {
    const start = lineEnd + 1;
    lineEnd = text.indexOf("\n", start);
    const line = withoutCR(text, start, lineEnd);
    if (line === "") break;
    if (++lines > MAX_HEADERS) {
      throw new TooManyHeadersError(`more than ${MAX_HEADERS} headers`);
    }
    const header = parseHeader(line, method, options);
    if (header === undefined) continue;
    if (!isContentLength(header[0])) headers.push(header);
    else if (bodyLength === undefined) {
      bodyLength = parseLength(header[1], options);
    } else throw new MalformedMessageError("duplicate Content-Length");
  }
  return { method, headers, bodyLength: bodyLength ?? 0 };
}

function parseHeader(
  line: string,
  method: string,
  { skipStrayLines }: ReaderOptions,
): Header | undefined {
  const colon = line.indexOf(":");
  if (colon < 0) {
    if (skipStrayLines?.(method)) return undefined;
    throw new MalformedMessageError("a header line without a colon");
  }
  const name = line.slice(0, colon);
  if (!isToken(name)) {
    throw new MalformedMessageError("a header line without a name");
  }
  return [name, line.slice(colon + 1).trim()];
}

function parseLength(
  value: string,
  { maxBodyBytes = MAX_BODY_BYTES }: ReaderOptions,
): number {
  if (!/^[0-9]+$/.test(value)) {
    throw new MalformedMessageError("Content-Length is not a number");
  }
  const length = Number(value);
  if (length > maxBodyBytes) {
    throw new BodyTooLargeError(`the body exceeds ${maxBodyBytes} bytes`);
  }
  return length;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ControlCharacterError("the header block is not UTF-8");
  }
}

function withoutCR(text: string, start: number, lineEnd: number): string {
  const end = text.charCodeAt(lineEnd - 1) === CR ? lineEnd - 1 : lineEnd;
  return text.slice(start, Math.max(start, end));
}

function isContentLength(name: string): boolean {
  return name.length === CONTENT_LENGTH.length &&
    name.toLowerCase() === CONTENT_LENGTH;
}
