import { EMPTY_BYTES } from "./bytes.ts";
import {
  ControlCharacterError,
  FramingError,
  HeaderBlockTooLargeError,
  TruncatedMessageError,
} from "./errors.ts";
import { type Head, parseHead, type ReaderOptions } from "./head.ts";
import { MAX_HEADER_BLOCK_BYTES, Message } from "./message.ts";

const LF = 10;
const CR = 13;
const DEL = 127;

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
  readonly #options: ReaderOptions;
  #failure: FramingError | undefined;
  /** The chunk that was pushed, and how much of it has been consumed. */
  #chunk: Uint8Array = EMPTY_BYTES;
  #at = 0;
  /** The beginning of an incomplete header block, and its length. */
  #partial: Uint8Array = EMPTY_BYTES;
  #partialLength = 0;
  /** The state of the scan within the current line. */
  #lineLength = 0;
  #afterCR = false;
  #isASCII = true;
  /** The header block whose body is incomplete, and what has arrived of it. */
  #head: Head | undefined;
  #body: Uint8Array = EMPTY_BYTES;
  #bodyLength = 0;

  /** A reader at the start of a message. */
  constructor(options: ReaderOptions = {}) {
    this.#options = options;
  }

  /** Adds bytes; all bytes pushed before must have been consumed. */
  push(bytes: Uint8Array): void {
    this.#chunk = bytes;
    this.#at = 0;
  }

  /** Whether a message has been pushed in part. */
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
    this.push(EMPTY_BYTES);
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
    this.#isASCII = true;
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
      const isASCII = this.#isASCII;
      this.#startHead();
      // Empty lines before a start line are skipped: some programs end a message
      // with one too many.
      if (block.length > 2) {
        return parseHead(block, isASCII, this.#options);
      }
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
        throw new ControlCharacterError("CR without LF");
      } else if (byte === CR) {
        afterCR = true;
      } else if (byte < 32 || byte === DEL) {
        throw new ControlCharacterError(
          `control character 0x${byte.toString(16).padStart(2, "0")}`,
        );
      } else {
        if (byte > DEL) this.#isASCII = false;
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
    this.#body = EMPTY_BYTES;
    this.#bodyLength = 0;
    return message;
  }
}
