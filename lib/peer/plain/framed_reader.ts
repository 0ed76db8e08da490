import {
  HeaderBlockTooLargeError,
  isToken,
  MalformedMessageError,
  MAX_BODY_BYTES,
  MAX_HEADER_BLOCK_BYTES,
} from "../../framing/mod.ts";
import {
  isClientIDLine,
  isPlainQuit,
  METHOD,
  plainBodyLength,
} from "../../protocol/mod.ts";
import { HeadLines } from "./head_lines.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The beginning of a header line. */
const HEADER_LINE = /^[A-Za-z0-9_-]+:/;

/** A message of a framed direction. */
export interface FramedMessage {
  /** The first line: a method, or QUIT in one of its forms. */
  readonly method: string;
  /** The other lines of the head. */
  readonly lines: readonly string[];
  /** The body, empty where there is none. */
  readonly body: string;
  /** Where it ends. */
  readonly end: number;
}

/**
 * Reads one message of a direction that is framed (PROTOCOL.md, "The plain peer
 * link"): as any message, but QUIT in the forms that existing programs give it,
 * and lines without a colon in the head do no harm.
 */
export class FramedReader {
  readonly #reader = new HeadLines();
  #method: string | undefined;
  readonly #lines: string[] = [];
  #headEnd: number | undefined;
  #awaitsQuit = false;

  /** Whether what has arrived is QUIT, unless the word goes on. */
  get awaitsQuit(): boolean {
    return this.#awaitsQuit;
  }

  /**
   * Reads the head alone, as that of the first message, which decides whether a
   * direction is framed.
   *
   * @returns Whether it is a head of nothing but headers, with a length;
   * undefined while it is incomplete.
   */
  readFirstHead(bytes: Uint8Array): boolean | undefined {
    const arrived = this.#readHead(bytes);
    // A text that begins with "MSG" may have a CHAT behind it.
    if (!this.#lines.every((line) => HEADER_LINE.test(line))) return false;
    if (this.#lines.some((_, at) => this.#isChatAt(at))) return false;
    if (arrived === "incomplete") return undefined;
    return arrived === "complete" &&
      typeof plainBodyLength(this.#lines) === "number";
  }

  /**
   * Reads on.
   *
   * @param bytes All its bytes that have arrived, and what follows them.
   * @param isFinal Whether nothing more is waited for.
   * @returns The message; undefined while it is incomplete.
   * @throws {FramingError} If it is malformed.
   */
  read(bytes: Uint8Array, isFinal: boolean): FramedMessage | undefined {
    switch (this.#readHead(bytes)) {
      case "incomplete":
        return this.#readBareQuit(bytes, isFinal);
      case "tooLong":
        throw new HeaderBlockTooLargeError(
          `no empty line within ${MAX_HEADER_BLOCK_BYTES} bytes`,
        );
    }
    const start = this.#headEnd ?? 0;
    const end = start + this.#bodyLength();
    if (bytes.length < end) return undefined;
    return this.#message(end, decoder.decode(bytes.subarray(start, end)));
  }

  #readHead(bytes: Uint8Array): "incomplete" | "tooLong" | "complete" {
    while (this.#headEnd === undefined) {
      const line = this.#reader.next(bytes);
      const end = this.#reader.at;
      const isTooLong = line === undefined
        ? bytes.length >= MAX_HEADER_BLOCK_BYTES
        : end > MAX_HEADER_BLOCK_BYTES;
      if (isTooLong) return "tooLong";
      if (line === undefined) return "incomplete";
      if (this.#method === undefined) this.#method = line;
      else if (line !== "") this.#lines.push(line);
      if (line === "" || isPlainQuit(this.#method)) this.#headEnd = end;
    }
    return "complete";
  }

  /** Whether a line ends in a CHAT that begins directly behind a text. */
  #isChatAt(at: number): boolean {
    return this.#lines[at]?.endsWith(METHOD.chat) === true &&
      isClientIDLine(this.#lines[at + 1] ?? "");
  }

  /** QUIT without a line end. */
  #readBareQuit(
    bytes: Uint8Array,
    isFinal: boolean,
  ): FramedMessage | undefined {
    if (this.#method !== undefined) return undefined;
    this.#awaitsQuit = isPlainQuit(this.#reader.rest(bytes));
    if (!this.#awaitsQuit || !isFinal) return undefined;
    this.#method = this.#reader.rest(bytes);
    return this.#message(bytes.length, "");
  }

  #bodyLength(): number {
    if (isPlainQuit(this.#method ?? "")) return 0;
    if (!isToken(this.#method ?? "")) {
      throw new MalformedMessageError("the first line is not a method");
    }
    const length = plainBodyLength(this.#lines);
    if (length !== "invalid") return length ?? 0;
    throw new MalformedMessageError(
      `Content-Length is not 0 to ${MAX_BODY_BYTES}`,
    );
  }

  #message(end: number, body: string): FramedMessage {
    return { method: this.#method ?? "", lines: this.#lines, body, end };
  }
}
