import { MAX_PLAINTEXT_BYTES } from "./record.ts";

/** Bytes that wait to be written, given out in pieces that fit into a record. */
export class WriteQueue {
  readonly #pieces: Uint8Array[] = [];
  /** The first piece that is not given out, and how much of it is. */
  #first = 0;
  #offset = 0;

  /** Adds bytes, which are not copied: they must not change. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
  }

  /**
   * The next plaintext of 1 to `MAX_PLAINTEXT_BYTES` bytes; undefined at the end.
   * Short pieces are joined as far as they fit, since a record costs much more
   * than a short plaintext in it.
   */
  next(): Uint8Array | undefined {
    const piece = this.#pieces.at(this.#first);
    if (piece === undefined) return undefined;
    const start = this.#offset;
    const plaintext = piece.length <= MAX_PLAINTEXT_BYTES
      ? piece
      : piece.subarray(start, start + MAX_PLAINTEXT_BYTES);
    this.#offset += plaintext.length;
    if (this.#offset < piece.length) return plaintext;
    this.#first++;
    this.#offset = 0;
    return this.#joined(plaintext);
  }

  /** A plaintext and the pieces after it that fit whole. */
  #joined(plaintext: Uint8Array): Uint8Array {
    const pieces = this.#pieces;
    let length = plaintext.length;
    let end = this.#first;
    for (; end < pieces.length; end++) {
      const piece = pieces[end]!; // end < pieces.length
      if (length + piece.length > MAX_PLAINTEXT_BYTES) break;
      length += piece.length;
    }
    if (end === this.#first) return plaintext;
    const whole = new Uint8Array(length);
    whole.set(plaintext);
    let at = plaintext.length;
    for (; this.#first < end; this.#first++) {
      const piece = pieces[this.#first]!; // first < end <= pieces.length
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
