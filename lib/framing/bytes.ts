/** No bytes. */
export const EMPTY_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Concatenates arrays of bytes into a new one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { concat } from "./mod.ts";
 *
 * const bytes = concat(new Uint8Array([1, 2]), new Uint8Array([3]));
 * assertEquals(bytes, new Uint8Array([1, 2, 3]));
 * ```
 */
export function concat(
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
