/** How often something may be done. */
export interface Rate {
  /** How often in a second, over a longer time. */
  readonly perSecond: number;
  /** How often at once, after a rest: the size of the bucket. */
  readonly burst: number;
}

/**
 * A token bucket: holds what one origin does to a rate. Times are ms on any
 * clock that only goes forward.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TokenBucket } from "./mod.ts";
 *
 * const bucket = new TokenBucket({ perSecond: 10, burst: 2 }, 0);
 * assertEquals(bucket.take(0), 0);
 * assertEquals(bucket.take(0), 0);
 * assertEquals(bucket.take(0), 100); // ms until the next token
 * assertEquals(bucket.take(100), 0);
 * ```
 */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #updated: number;

  /** A bucket that is full at the time `now`, in ms. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#updated = now;
  }

  /**
   * Takes one token.
   *
   * @param now The time, in ms.
   * @returns 0 if there was one; else how long to wait for it, in ms, and
   * nothing is taken.
   */
  take(now: number): number {
    const tokens = this.#tokens = this.#tokensAt(now);
    this.#updated = now;
    if (tokens < 1) return (1 - tokens) / this.#rate.perSecond * 1000;
    this.#tokens--;
    return 0;
  }

  /** Whether the bucket is full at the time `now`, in ms. */
  isFull(now: number): boolean {
    return this.#tokensAt(now) >= this.#rate.burst;
  }

  #tokensAt(now: number): number {
    const { perSecond, burst } = this.#rate;
    const grown = (now - this.#updated) / 1000 * perSecond;
    return Math.min(burst, this.#tokens + grown);
  }
}

/**
 * A {@linkcode TokenBucket} of the same rate for each of many keys.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TokenBuckets } from "./mod.ts";
 *
 * const buckets = new TokenBuckets({ perSecond: 10, burst: 1 });
 * assertEquals(buckets.take("alice", 0), 0);
 * assertEquals(buckets.take("alice", 0), 100); // ms
 * assertEquals(buckets.take("bob", 0), 0);
 *
 * buckets.sweep(100); // both are full again
 * assertEquals(buckets.size, 0);
 * ```
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, TokenBucket>();

  /** Limits each key to the rate, independently of the others. */
  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one token of a key.
   *
   * @param now The time, in ms.
   * @returns 0 if there was one; else how long to wait for it, in ms.
   */
  take(key: string, now: number): number {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rate, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.take(now);
  }

  /** Forgets the keys whose buckets are full at the time `now`, in ms. */
  sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.isFull(now)) this.#buckets.delete(key);
    }
  }
}
