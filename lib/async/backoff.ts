/** How a {@linkcode backoff} grows. */
export interface BackoffOptions {
  /** The first wait, in ms. */
  readonly minMs: number;
  /** The longest wait, in ms. */
  readonly maxMs: number;
}

/**
 * Exponential backoff with jitter: how long to wait before each further try, in
 * ms, doubled each time up to the longest. Each wait is shortened at random,
 * by up to a half, so that clients that lost a registry at one moment do not all
 * come back at one moment.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { backoff } from "./mod.ts";
 *
 * const waits = backoff({ minMs: 500, maxMs: 30_000 });
 * assert(waits.next().value <= 500); // ms
 * assert(waits.next().value <= 1000);
 * assert(waits.next().value <= 2000);
 * ```
 */
export function* backoff(
  { minMs, maxMs }: BackoffOptions,
): Generator<number, never> {
  for (let wait = minMs;; wait = Math.min(2 * wait, maxMs)) {
    yield wait * (1 - Math.random() / 2);
  }
}
