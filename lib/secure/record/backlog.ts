import { MAX_PLAINTEXT } from "./record.ts";

/** What waits to be written, and is given out in pieces fit for one record. */
export class Backlog {
  readonly #pieces: Uint8Array[] = [];
  /** The first piece that is not given out, and how much of it is. */
  #first = 0;
  #offset = 0;

  /** Adds bytes, which are not copied: they must not change. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  /**
   * The next plaintext of 1 to `MAX_PLAINTEXT` bytes; undefined at the end.
   * Short pieces are put together as far as they fit, since a record costs
   * much more than a short text in it.
   */
  next(): Uint8Array | undefined {
    const piece = this.#pieces.at(this.#first);
    if (piece === undefined) return undefined;
    const start = this.#offset;
    const text = piece.length <= MAX_PLAINTEXT
      ? piece
      : piece.subarray(start, start + MAX_PLAINTEXT);
    this.#offset += text.length;
    if (this.#offset < piece.length) return text;
    this.#first++;
    this.#offset = 0;
    return this.#joined(text);
  }

  /** A text and all the whole pieces behind it that fit. */
  #joined(text: Uint8Array): Uint8Array {
    const pieces = this.#pieces;
    let length = text.length;
    let end = this.#first;
    for (; end < pieces.length; end++) {
      const piece = pieces[end]!; // end < pieces.length
      if (length + piece.length > MAX_PLAINTEXT) break;
      length += piece.length;
    }
    if (end === this.#first) return text;
    const whole = new Uint8Array(length);
    whole.set(text);
    let at = text.length;
    for (; this.#first < end; this.#first++) {
      const piece = pieces[this.#first]!; // first < end <= pieces.length
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
