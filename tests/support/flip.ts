import { at } from "./at.ts";

/** Flips one bit, 0 to 7, of the byte at an index. */
export function flip(bytes: Uint8Array, index: number, bit = 0): void {
  bytes[index] = at(bytes, index) ^ 1 << bit;
}

/** A copy of bytes with one bit, 0 to 7, of the byte at an index flipped. */
export function flipped(
  bytes: Uint8Array,
  index: number,
  bit = 0,
): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  flip(copy, index, bit);
  return copy;
}
