import { LENGTH_PREFIX_BYTES } from "./record.ts";

const EMPTY = new Uint8Array(0);

/**
 * Splits bytes, however they arrive, into messages with a length prefix of two
 * bytes (PROTOCOL.md, "Secure mode"). A message that arrives whole is not copied.
 *
 * Call {@linkcode push} with bytes, then {@linkcode take} until it returns
 * undefined; only then may the pushed array be used again.
 */
export class FrameReader {
  /** The chunk that was pushed, and how much of it has been taken. */
  #chunk: Uint8Array = EMPTY;
  #at = 0;
  /** The message that began in an earlier chunk, with its length prefix. */
  #partial: Uint8Array = EMPTY;
  #partialLength = 0;

  /** Adds bytes; everything pushed before must have been taken. */
  push(bytes: Uint8Array): void {
    this.#chunk = bytes;
    this.#at = 0;
    if (this.#partialLength === 1) this.#keep();
  }

  /**
   * What has arrived of the next message, its length prefix included, as far as
   * that is in one piece; the whole prefix, if it has arrived.
   */
  get partial(): Uint8Array {
    return this.#partialLength > 0
      ? this.#partial.subarray(0, this.#partialLength)
      : this.#chunk.subarray(this.#at);
  }

  /** The next message, valid until the next call; undefined if it is incomplete. */
  take(): Uint8Array | undefined {
    if (this.#partialLength === 0) {
      const start = this.#at + LENGTH_PREFIX_BYTES;
      const end = start + lengthAt(this.#chunk, this.#at);
      if (end <= this.#chunk.length) {
        this.#at = end;
        return this.#chunk.subarray(start, end);
      }
    }
    for (;;) {
      const end = LENGTH_PREFIX_BYTES + lengthAt(this.#partial, 0);
      if (this.#partialLength === end) {
        this.#partialLength = 0;
        return this.#partial.subarray(LENGTH_PREFIX_BYTES, end);
      }
      if (this.#at === this.#chunk.length) return undefined;
      this.#keep();
    }
  }

  /** Moves from the chunk what the partial prefix, or message, still lacks. */
  #keep(): void {
    const wanted = this.#partialLength < LENGTH_PREFIX_BYTES
      ? LENGTH_PREFIX_BYTES
      : LENGTH_PREFIX_BYTES + lengthAt(this.#partial, 0);
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

/** The length prefix at an index; infinite if it is incomplete. */
function lengthAt(bytes: Uint8Array, at: number): number {
  if (at + LENGTH_PREFIX_BYTES > bytes.length) return Infinity;
  return bytes[at]! << 8 | bytes[at + 1]!; // at + 2 <= bytes.length
}
