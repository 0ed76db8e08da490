import { EMPTY_BYTES } from "../../framing/mod.ts";

/** Bytes that have arrived in segments, one a read, from the first unread one. */
export class SegmentBuffer {
  #bytes: Uint8Array = EMPTY_BYTES;
  #start = 0;
  #end = 0;
  /** How many bytes have been dropped. */
  #dropped = 0;
  /** Where segments begin, counted from the first byte ever; the passed first. */
  #begins: number[] = [];
  #passed = 0;

  /** The bytes, valid until the next {@linkcode append}. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** How many there are. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Where the first segment ends. */
  get segmentEnd(): number {
    const begin = this.#begins[this.#passed];
    return begin === undefined ? this.length : begin - this.#dropped;
  }

  /** Adds a segment, which is copied. */
  append(segment: Uint8Array): void {
    if (segment.length === 0) return;
    if (this.length > 0) this.#begins.push(this.#dropped + this.length);
    this.#makeRoom(segment.length);
    this.#bytes.set(segment, this.#end);
    this.#end += segment.length;
  }

  /** Removes bytes from the front. */
  drop(length: number): void {
    this.#start += length;
    this.#dropped += length;
    while ((this.#begins[this.#passed] ?? Infinity) <= this.#dropped) {
      this.#passed++;
    }
    if (this.#passed === this.#begins.length) this.joinSegments();
  }

  /** Forgets where segments begin. */
  joinSegments(): void {
    this.#begins = [];
    this.#passed = 0;
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#bytes.length) return;
    const rest = this.bytes;
    // Twice what is needed: each byte is moved at most once on average.
    if (rest.length + length > this.#bytes.length / 2) {
      this.#bytes = new Uint8Array(2 * (rest.length + length));
    }
    this.#bytes.set(rest);
    this.#start = 0;
    this.#end = rest.length;
  }
}
