import { matchChatBehindText, matchPlainQuit } from "../../protocol/mod.ts";
import type { SegmentBuffer } from "./segment_buffer.ts";

const C = 67;
const Q = 81;
const SLASH = 47;

/** A raw text that has been read, and what it ends before. */
export interface RawTextResult {
  /** The text, without its line end; empty if there is nothing to show. */
  readonly text: string;
  /** Another segment, QUIT, or CHAT. */
  readonly before: "segment" | "quit" | "chat";
}

/**
 * Reads raw text (PROTOCOL.md, "The plain peer link"): each segment is a text, up
 * to a QUIT or CHAT in it.
 */
export class RawText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #lineEnd = "";
  /** How far the text at the front of the buffer has been searched. */
  #searched = 0;
  /** Up to where it is known to have no CHAT. */
  #noChatBefore = 0;

  /** How the last text ended: with CR and LF, LF, or nothing. */
  get lineEnd(): string {
    return this.#lineEnd;
  }

  /**
   * Begins with the text at the front of the buffer.
   *
   * @param noChatBefore Up to where it is known to have no CHAT.
   */
  start(noChatBefore: number): void {
    this.#searched = 0;
    this.#noChatBefore = noChatBefore;
  }

  /**
   * Reads on, and takes the text off the front.
   *
   * @param isFinal Whether nothing more is waited for.
   * @returns Undefined while what follows decides how the text ends.
   */
  read(buffer: SegmentBuffer, isFinal: boolean): RawTextResult | undefined {
    const bytes = buffer.bytes;
    const end = buffer.segmentEnd;
    for (; this.#searched < end; this.#searched++) {
      const at = this.#searched;
      const byte = bytes[at];
      if (byte === Q || byte === SLASH) {
        const match = matchPlainQuit(bytes, at, isFinal);
        if (match === "partial") return undefined;
        if (match !== "no") return this.#take(buffer, at, "quit");
      } else if (byte === C && at >= this.#noChatBefore) {
        const match = matchChatBehindText(bytes, at);
        if (match === "partial" && !isFinal) return undefined;
        if (typeof match === "number") return this.#take(buffer, at, "chat");
      }
    }
    return this.#take(buffer, end, "segment");
  }

  /** What is left of a character that has not arrived whole. */
  flush(): string {
    return this.#withoutLineEnd(this.#decoder.decode());
  }

  #take(
    buffer: SegmentBuffer,
    length: number,
    before: RawTextResult["before"],
  ): RawTextResult {
    const bytes = buffer.bytes.subarray(0, length);
    // A character may go on in the next segment.
    const text = this.#decoder.decode(bytes, { stream: before === "segment" });
    buffer.drop(length);
    return { text: this.#withoutLineEnd(text), before };
  }

  #withoutLineEnd(text: string): string {
    if (text === "") return "";
    this.#lineEnd = lineEndOf(text);
    const shown = text.slice(0, text.length - this.#lineEnd.length);
    return /^[\r\n]*$/.test(shown) ? "" : shown;
  }
}

function lineEndOf(text: string): string {
  if (text.endsWith("\r\n")) return "\r\n";
  return text.endsWith("\n") ? "\n" : "";
}
