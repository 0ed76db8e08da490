import { PREFIX_LENGTH } from "./record.ts";

const EMPTY = new Uint8Array(0);

/**
 * Cuts bytes, however they arrive, into messages with a length of two bytes in
 * front (PROTOCOL.md, "Secure mode"). One that arrives whole is not copied.
 *
 * Call {@linkcode push} with bytes, then {@linkcode take} until it returns
 * undefined; only then may the pushed array be used again.
 */
export class FrameReader {
  /** What was pushed, and how much of it has been taken. */
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** A message that has begun in an earlier chunk, its length in front. */
  #partial: Uint8Array = EMPTY;
  #partialLength = 0;

  /** Hands over bytes; everything pushed before must have been taken. */
  push(bytes: Uint8Array): void {
    this.#chunk = bytes;
    this.#at = 0;
    if (this.#partialLength === 1) this.#keep();
  }

  /**
   * What has arrived of the next message, its length included, as far as that
   * is in one piece; both bytes of the length, if they have arrived.
   */
  get begun(): Uint8Array {
    return this.#partialLength > 0
      ? this.#partial.subarray(0, this.#partialLength)
      : this.#chunk.subarray(this.#at);
  }

  /** The next message, good until the next call; undefined if not there yet. */
  take(): Uint8Array | undefined {
    if (this.#partialLength === 0) {
      const start = this.#at + PREFIX_LENGTH;
      const end = start + lengthAt(this.#chunk, this.#at);
      if (end <= this.#chunk.length) {
        this.#at = end;
        return this.#chunk.subarray(start, end);
      }
    }
    for (;;) {
      const end = PREFIX_LENGTH + lengthAt(this.#partial, 0);
      if (this.#partialLength === end) {
        this.#partialLength = 0;
        return this.#partial.subarray(PREFIX_LENGTH, end);
      }
      if (this.#at === this.#chunk.length) return undefined;
      this.#keep();
    }
  }

  /** Moves from the chunk what the begun length, or message, still lacks. */
  #keep(): void {
    const wanted = this.#partialLength < PREFIX_LENGTH
      ? PREFIX_LENGTH
      : PREFIX_LENGTH + lengthAt(this.#partial, 0);
    if (this.#partial.length < wanted) {
      const larger = new Uint8Array(wanted);
      larger.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = larger;
    }
    const lacking = wanted - this.#partialLength;
    const piece = this.#chunk.subarray(this.#at, this.#at + lacking);
    this.#partial.set(piece, this.#partialLength);
    this.#partialLength += piece.length;
    this.#at += piece.length;
  }
}

/** The length that stands at an index; more than any if it is not all there. */
function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + PREFIX_LENGTH > bytes.length) return Infinity;
  return bytes[at]! << 8 | bytes[at + 1]!; // at + 2 <= bytes.length
}
