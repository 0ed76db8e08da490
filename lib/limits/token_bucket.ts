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
 *
 * assertEquals(bucket.take(300, 12), 0); // owes 10 of them
 * assertEquals(bucket.take(300), 1100);
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
   * Takes tokens, if there is one at least: the bucket may owe the rest, so that
   * what costs more than it holds is possible, too.
   *
   * @param now The time, in ms.
   * @param cost How many tokens; 0 only finds out whether there is one.
   * @returns 0 if there was one; else how long to wait for it, in ms, and
   * nothing is taken.
   */
  take(now: number, cost = 1): number {
    const tokens = this.#tokens = this.#tokensAt(now);
    this.#updated = now;
    if (tokens < 1) return (1 - tokens) / this.#rate.perSecond * 1000;
    this.#tokens -= cost;
    return 0;
  }

  /**
   * Takes tokens, whether or not there are any: the bucket may owe them.
   *
   * @param now The time, in ms.
   */
  spend(now: number, cost: number): void {
    this.#tokens = this.#tokensAt(now) - cost;
    this.#updated = now;
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
   * Takes tokens of a key, if it has one at least.
   *
   * @param now The time, in ms.
   * @param cost How many tokens; 0 only finds out whether there is one.
   * @returns 0 if there was one; else how long to wait for it, in ms.
   */
  take(key: string, now: number, cost = 1): number {
    return this.#of(key, now).take(now, cost);
  }

  /**
   * Takes tokens of a key, whether or not it has any: it may owe them.
   *
   * @param now The time, in ms.
   */
  spend(key: string, now: number, cost: number): void {
    this.#of(key, now).spend(now, cost);
  }

  /** Forgets the keys whose buckets are full at the time `now`, in ms. */
  sweep(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.isFull(now)) this.#buckets.delete(key);
    }
  }

  #of(key: string, now: number): TokenBucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#rate, now);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}
