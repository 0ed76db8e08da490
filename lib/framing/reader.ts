import { CONTROL } from "./encode.ts";
import {
  BodyTooLargeError,
  ControlCharacterError,
  FramingError,
  HeaderBlockTooLargeError,
  MalformedMessageError,
  TooManyHeadersError,
  TruncatedMessageError,
} from "./errors.ts";
import {
  type Header,
  MAX_BODY_BYTES,
  MAX_HEADER_BLOCK_BYTES,
  MAX_HEADERS,
  Message,
} from "./message.ts";
import { isToken } from "./token.ts";

const LF = 10;
const CR = 13;
const DEL = 127;
const EMPTY = new Uint8Array(0);
const CONTENT_LENGTH = "content-length";
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How a {@linkcode MessageReader} reads. */
export interface ReaderOptions {
  /** The largest body accepted, in bytes. Default: `MAX_BODY_BYTES`. */
  readonly maxBody?: number;
  /**
   * Whether to skip a header line without a colon, as the original client of the
   * plain protocol sends one. Default: false, which makes it an error.
   */
  readonly skipStrayLines?: boolean;
}

/** A header block that has been parsed, and whose body is incomplete. */
interface Head {
  readonly method: string;
  readonly headers: readonly Header[];
  readonly bodyLength: number;
}

/**
 * Parses bytes, however they arrive, into messages (PROTOCOL.md, "Messages"). Each
 * byte is scanned once, and a body copied once.
 *
 * Call {@linkcode push} with bytes, then {@linkcode next} until it returns
 * undefined; only then may the pushed array be used again. After an error the
 * reader cannot find the next message, and throws the same error from then on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MessageReader } from "./mod.ts";
 *
 * const encoder = new TextEncoder();
 * const reader = new MessageReader();
 * reader.push(
 *   encoder.encode("PING\r\n\r\nMSG\r\nContent-Length: 5\r\n\r\nhel"),
 * );
 * assertEquals(reader.next()?.method, "PING");
 * assertEquals(reader.next(), undefined); // the body is incomplete
 *
 * reader.push(encoder.encode("lo"));
 * assertEquals(reader.next()?.text(), "hello");
 * reader.end(); // throws if a message were incomplete
 * ```
 */
export class MessageReader {
  readonly #maxBody: number;
  readonly #skipStrayLines: boolean;
  #failure: FramingError | undefined;
  /** The chunk that was pushed, and how much of it has been consumed. */
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The beginning of an incomplete header block, and its length. */
  #partial: Uint8Array = EMPTY;
  #partialLength = 0;
  /** The state of the scan within the current line. */
  #lineLength = 0;
  #afterCR = false;
  #ascii = true;
  /** The header block whose body is incomplete, and what has arrived of it. */
  #head: Head | undefined;
  #body: Uint8Array = EMPTY;
  #bodyLength = 0;

  /** A reader at the start of a message. */
  constructor(options: ReaderOptions = {}) {
    this.#maxBody = options.maxBody ?? MAX_BODY_BYTES;
    this.#skipStrayLines = options.skipStrayLines ?? false;
  }

  /** Hands over bytes; all bytes pushed before must have been consumed. */
  push(bytes: Uint8Array): void {
    this.#chunk = bytes;
    this.#at = 0;
  }

  /** Whether the last message that has begun is incomplete. */
  get isMidMessage(): boolean {
    return this.#partialLength > 0 || this.#head !== undefined ||
      this.#at < this.#chunk.length;
  }

  /** Returns the bytes that have been pushed and are in no message yet. */
  rest(): Uint8Array {
    const pending = this.#chunk.subarray(this.#at);
    const bytes = new Uint8Array(this.#partialLength + pending.length);
    bytes.set(this.#partial.subarray(0, this.#partialLength));
    bytes.set(pending, this.#partialLength);
    this.push(EMPTY);
    this.#startHead();
    return bytes;
  }

  /**
   * The next message, or undefined if more bytes are needed for one.
   *
   * @throws {FramingError} If the bytes are not a message: one of its subclasses.
   */
  next(): Message | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#head ??= this.#readHead();
      return this.#head && this.#readBody(this.#head);
    } catch (error) {
      if (error instanceof FramingError) this.#failure = error;
      throw error;
    }
  }

  /**
   * Notes that no more bytes follow.
   *
   * @throws {TruncatedMessageError} If the last message is incomplete.
   */
  end(): void {
    if (this.isMidMessage) {
      throw new TruncatedMessageError("the bytes ended within a message");
    }
  }

  #startHead(): void {
    this.#partialLength = 0;
    this.#lineLength = 0;
    this.#afterCR = false;
    this.#ascii = true;
  }

  #readHead(): Head | undefined {
    while (this.#at < this.#chunk.length) {
      const start = this.#at;
      const end = this.#scan(start);
      this.#at = end ?? this.#chunk.length;
      const bytes = this.#chunk.subarray(start, this.#at);
      if (end === undefined) {
        this.#keepPartial(bytes);
        return undefined;
      }
      const block = this.#joinPartial(bytes);
      const ascii = this.#ascii;
      this.#startHead();
      // Empty lines before a start line are skipped: some programs end a message
      // with one too many.
      if (block.length > 2) return this.#parseHead(block, ascii);
    }
    return undefined;
  }

  /**
   * Where the header block that begins before or at `start` ends within the chunk,
   * its empty line included; undefined if it does not end in it.
   */
  #scan(start: number): number | undefined {
    const chunk = this.#chunk;
    const limit = start + MAX_HEADER_BLOCK_BYTES - this.#partialLength;
    let lineLength = this.#lineLength;
    let afterCR = this.#afterCR;
    const stop = Math.min(chunk.length, limit);
    for (let i = start; i < stop; i++) {
      const byte = chunk[i]!; // i < stop <= chunk.length
      if (byte === LF) {
        if (lineLength === 0) return i + 1;
        lineLength = 0;
        afterCR = false;
      } else if (afterCR) {
        throw new ControlCharacterError("a CR that no LF follows");
      } else if (byte === CR) {
        afterCR = true;
      } else if (byte < 32 || byte === DEL) {
        throw new ControlCharacterError(
          `control character 0x${byte.toString(16).padStart(2, "0")}`,
        );
      } else {
        if (byte > DEL) this.#ascii = false;
        lineLength++;
      }
    }
    if (chunk.length >= limit) {
      throw new HeaderBlockTooLargeError(
        `no empty line within ${MAX_HEADER_BLOCK_BYTES} bytes`,
      );
    }
    this.#lineLength = lineLength;
    this.#afterCR = afterCR;
    return undefined;
  }

  #keepPartial(bytes: Uint8Array): void {
    const length = this.#partialLength + bytes.length;
    if (length > this.#partial.length) {
      const larger = new Uint8Array(
        Math.min(MAX_HEADER_BLOCK_BYTES, length * 2),
      );
      larger.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = larger;
    }
    this.#partial.set(bytes, this.#partialLength);
    this.#partialLength = length;
  }

  #joinPartial(bytes: Uint8Array): Uint8Array {
    if (this.#partialLength === 0) return bytes;
    this.#keepPartial(bytes);
    return this.#partial.subarray(0, this.#partialLength);
  }

  #parseHead(block: Uint8Array, ascii: boolean): Head {
    const text = decode(block);
    if (!ascii && CONTROL.test(text.replaceAll(/\r?\n/g, ""))) {
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
      const header = this.#parseHeader(line);
      if (header === undefined) continue;
      if (!isContentLength(header[0])) headers.push(header);
      else if (bodyLength === undefined) {
        bodyLength = this.#parseLength(header[1]);
      } else throw new MalformedMessageError("Content-Length stands twice");
    }
    return { method, headers, bodyLength: bodyLength ?? 0 };
  }

  #parseHeader(line: string): Header | undefined {
    const colon = line.indexOf(":");
    if (colon < 0) {
      if (this.#skipStrayLines) return undefined;
      throw new MalformedMessageError("a header line without a colon");
    }
    const name = line.slice(0, colon);
    if (!isToken(name)) {
      throw new MalformedMessageError("a header line without a name");
    }
    return [name, line.slice(colon + 1).trim()];
  }

  #parseLength(value: string): number {
    if (!/^[0-9]+$/.test(value)) {
      throw new MalformedMessageError("Content-Length is not a number");
    }
    const length = Number(value);
    if (length > this.#maxBody) {
      throw new BodyTooLargeError(`a body may have ${this.#maxBody} bytes`);
    }
    return length;
  }

  #readBody(head: Head): Message | undefined {
    if (head.bodyLength > 0) {
      if (this.#bodyLength === 0) this.#body = new Uint8Array(head.bodyLength);
      const missing = head.bodyLength - this.#bodyLength;
      const piece = this.#chunk.subarray(this.#at, this.#at + missing);
      this.#body.set(piece, this.#bodyLength);
      this.#at += piece.length;
      if (piece.length < missing) {
        this.#bodyLength += piece.length;
        return undefined;
      }
    }
    const message = new Message(head.method, head.headers, this.#body);
    this.#head = undefined;
    this.#body = EMPTY;
    this.#bodyLength = 0;
    return message;
  }
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
