/** What {@linkcode withTimeout} gives when its time is over. */
export const TIMED_OUT = Symbol("timed out");

/**
 * Waits for a promise for a limited time. The promise goes on after that: this
 * only stops waiting for it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TIMED_OUT, withTimeout } from "./mod.ts";
 *
 * assertEquals(await withTimeout(Promise.resolve("pong"), 100), "pong");
 *
 * const never = new Promise<string>(() => {});
 * assertEquals(await withTimeout(never, 1), TIMED_OUT);
 * ```
 *
 * @param timeoutMs How long to wait, in ms.
 * @returns What the promise gives, or {@linkcode TIMED_OUT}.
 */
export async function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
): Promise<T | typeof TIMED_OUT> {
  const { promise: timeout, resolve } = Promise.withResolvers<
    typeof TIMED_OUT
  >();
  const timer = setTimeout(() => resolve(TIMED_OUT), timeoutMs);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
