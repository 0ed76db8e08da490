import { type Rate, TokenBucket } from "./token_bucket.ts";

/**
 * A token bucket that counts what it held back, so that a log can say how many
 * entries it omitted. Times are ms on any clock that only goes forward.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { CountingBucket } from "./mod.ts";
 *
 * const bucket = new CountingBucket({ perSecond: 10, burst: 1 }, 0);
 * assert(bucket.take(0));
 * assert(!bucket.take(10)); // held back
 * assert(!bucket.take(20)); // held back
 *
 * assert(bucket.take(100));
 * assertEquals(bucket.heldBackSince, 10);
 * assertEquals(bucket.takeHeldBack(), 2);
 * assertEquals(bucket.takeHeldBack(), 0);
 * ```
 */
export class CountingBucket {
  readonly #bucket: TokenBucket;
  #heldBack = 0;
  #heldBackSince: number | undefined;

  /** A bucket that is full at the time `now`, in ms. */
  constructor(rate: Rate, now: number) {
    this.#bucket = new TokenBucket(rate, now);
  }

  /** When the first that is counted was held back, in ms; undefined if none is. */
  get heldBackSince(): number | undefined {
    return this.#heldBackSince;
  }

  /**
   * Takes one token, or counts one more that is held back.
   *
   * @param now The time, in ms.
   * @returns Whether there was a token.
   */
  take(now: number): boolean {
    if (this.#bucket.take(now) === 0) return true;
    this.#heldBack++;
    this.#heldBackSince ??= now;
    return false;
  }

  /** How many were held back; the count is reset. */
  takeHeldBack(): number {
    const heldBack = this.#heldBack;
    this.#heldBack = 0;
    this.#heldBackSince = undefined;
    return heldBack;
  }
}
