import { at } from "./at.ts";

/** Flips one bit, 0 to 7, of the byte at an index. */
export function flipBit(bytes: Uint8Array, index: number, bit = 0): void {
  bytes[index] = at(bytes, index) ^ 1 << bit;
}

/** A copy of bytes with one bit, 0 to 7, of the byte at an index flipped. */
export function withFlippedBit(
  bytes: Uint8Array,
  index: number,
  bit = 0,
): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  flipBit(copy, index, bit);
  return copy;
}
