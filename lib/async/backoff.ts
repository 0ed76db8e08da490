/** The first wait of a {@linkcode backoff}, in ms. */
const MIN_WAIT_MS = 500;

/** The longest wait of a {@linkcode backoff}, in ms. */
const MAX_WAIT_MS = 30_000;

/**
 * Exponential backoff with jitter: how long to wait before each further try, in
 * ms, from 0.5 s, doubled each time, to 30 s. Each wait is shortened by chance,
 * by up to a half, so that clients that lost a registry at one moment do not
 * all come back at one moment.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { backoff } from "./mod.ts";
 *
 * const waits = backoff();
 * assert(waits.next().value <= 500); // ms
 * assert(waits.next().value <= 1000);
 * assert(waits.next().value <= 2000);
 * ```
 */
export function* backoff(): Generator<number, never> {
  for (let wait = MIN_WAIT_MS;; wait = Math.min(2 * wait, MAX_WAIT_MS)) {
    yield wait * (1 - Math.random() / 2);
  }
}
