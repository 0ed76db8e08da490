import { MAX_HEADER_BLOCK_BYTES } from "../../framing/mod.ts";
import {
  decodePlainChat,
  isClientIDLine,
  isPlainQuit,
  METHOD,
  plainBodyLength,
  type PlainChat,
} from "../../protocol/mod.ts";
import { HeadLines } from "./head_lines.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a {@linkcode ChatReader} has read. */
export type ChatResult =
  /** Not all of it yet. */
  | "incomplete"
  /** A text that only begins like a CHAT. */
  | "text"
  /** A CHAT, and where it ends. */
  | { readonly chat: PlainChat; readonly end: number };

/**
 * Reads one CHAT of a plain link, in any form that existing programs give it
 * (PROTOCOL.md, "The plain peer link"). Its bytes begin with the line `CHAT`.
 */
export class ChatReader {
  readonly #isOpening: boolean;
  readonly #lines: string[] = [];
  readonly #reader = new HeadLines();
  /** Where the line before the one that is read begins. */
  #lastAt = 0;
  /** Where the head ends, and how long the body behind it is. */
  #head: { readonly end: number; readonly bodyLength: number } | undefined;

  /**
   * A reader of the CHAT that begins with the next byte.
   *
   * @param isOpening Whether it is the first one on the link, from either side.
   */
  constructor(isOpening: boolean) {
    this.#isOpening = isOpening;
  }

  /** Whether only the body is missing. */
  get isInBody(): boolean {
    return this.#head !== undefined;
  }

  /**
   * Reads on.
   *
   * @param bytes All its bytes that have arrived, and what follows them.
   * @param isFinal Whether nothing more is waited for.
   */
  read(bytes: Uint8Array, isFinal: boolean): ChatResult {
    if (this.#head === undefined) {
      const result = this.#readHead(bytes, isFinal);
      if (typeof result === "string") return result;
      this.#head = result;
    }
    const { end, bodyLength } = this.#head;
    if (bytes.length >= end + bodyLength) {
      return this.#result(bytes, bodyLength);
    }
    // A body that is shorter than its head says is text of its own.
    return isFinal ? this.#result(bytes, 0) : "incomplete";
  }

  #result(bytes: Uint8Array, bodyLength: number): ChatResult {
    const at = this.#head?.end ?? 0;
    const end = at + bodyLength;
    const body = decoder.decode(bytes.subarray(at, end));
    return { chat: decodePlainChat(this.#lines, body, this.#isOpening), end };
  }

  #readHead(
    bytes: Uint8Array,
    isFinal: boolean,
  ): { end: number; bodyLength: number } | "incomplete" | "text" {
    for (;;) {
      const at = this.#reader.at;
      const line = this.#reader.next(bytes);
      if (line === undefined) break;
      if (this.#reader.at > MAX_HEADER_BLOCK_BYTES) return "text";
      if (at > 0 && line === "") {
        const length = plainBodyLength(this.#lines);
        const bodyLength = typeof length === "number" ? length : 0;
        return { end: this.#reader.at, bodyLength };
      }
      const end = this.#endBefore(line, at);
      if (end !== undefined) return { end, bodyLength: 0 };
      if (at > 0) this.#lines.push(line);
      this.#lastAt = at;
    }
    if (bytes.length >= MAX_HEADER_BLOCK_BYTES) return "text";
    return isFinal ? this.#readUnended(bytes) : "incomplete";
  }

  /** Where the head ends if a line that cannot be a part of it follows. */
  #endBefore(line: string, at: number): number | undefined {
    if (isPlainQuit(line)) return at;
    if (!isClientIDLine(line) || this.#lines.at(-1) !== METHOD.chat) {
      return undefined;
    }
    // The next CHAT follows one without an empty line.
    this.#lines.pop();
    return this.#lastAt;
  }

  /** Takes the head as complete without its empty line. */
  #readUnended(
    bytes: Uint8Array,
  ): { end: number; bodyLength: number } | "text" {
    const at = this.#reader.at;
    const rest = this.#reader.rest(bytes);
    if (isPlainQuit(rest)) return { end: at, bodyLength: 0 };
    if (rest !== "") this.#lines.push(rest);
    if (this.#lines.length === 0) return "text";
    return { end: bytes.length, bodyLength: 0 };
  }
}
