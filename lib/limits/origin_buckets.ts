import { MAX_NETWORKS, networkFactor } from "./network_factors.ts";
import { type Rate, TokenBuckets } from "./token_bucket.ts";

/**
 * Token buckets for each network of an origin: an address, or the IPv6 networks
 * of 64, 56 and 48 bits, of which the larger ones have twice and four times the
 * rate. Each network has to have a token, or nothing is taken.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { OriginBuckets } from "./mod.ts";
 *
 * const buckets = new OriginBuckets({ perSecond: 1, burst: 1 });
 * assertEquals(buckets.take(["192.0.2.1"], 0), 0);
 * assertEquals(buckets.take(["192.0.2.1"], 0), 1000); // ms
 *
 * assertEquals(buckets.take(["2001:db8:0:1::/64", "2001:db8:0:0::/56"], 0), 0);
 * assertEquals(buckets.take(["2001:db8:0:2::/64", "2001:db8:0:0::/56"], 0), 0);
 * assert(buckets.take(["2001:db8:0:3::/64", "2001:db8:0:0::/56"], 0) > 0);
 * ```
 */
export class OriginBuckets {
  readonly #byPlace: readonly TokenBuckets[];

  /**
   * Limits each network, independently of others of its size.
   *
   * @param rate The rate of one address.
   */
  constructor({ perSecond, burst }: Rate) {
    this.#byPlace = Array.from({ length: MAX_NETWORKS }, (_, place) => {
      const factor = networkFactor(place);
      return new TokenBuckets({
        perSecond: perSecond * factor,
        burst: burst * factor,
      });
    });
  }

  /** How many networks are remembered. */
  get size(): number {
    return this.#byPlace.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Takes tokens of each network, if each has one at least.
   *
   * @param origin The networks, the smallest first; with none there is no limit.
   * @param now The time, in ms.
   * @param cost How many tokens; 0 only finds out whether there is one.
   * @returns 0 if there was one; else how long to wait for it, in ms, and
   * nothing is taken.
   */
  take(origin: readonly string[], now: number, cost = 1): number {
    if (origin.length === 1) return this.#takeAt(0, origin, now, cost);
    let waitMs = 0;
    for (let place = 0; place < origin.length; place++) {
      waitMs = Math.max(waitMs, this.#takeAt(place, origin, now, 0));
    }
    if (waitMs === 0) this.spend(origin, now, cost);
    return waitMs;
  }

  /**
   * Takes tokens of each network, whether or not it has any: it may owe them.
   *
   * @param now The time, in ms.
   */
  spend(origin: readonly string[], now: number, cost: number): void {
    for (let place = 0; place < origin.length; place++) {
      this.#byPlace[place]?.spend(origin[place] ?? "", now, cost);
    }
  }

  /** Forgets the networks whose buckets are full at the time `now`, in ms. */
  sweep(now: number): void {
    for (const buckets of this.#byPlace) buckets.sweep(now);
  }

  #takeAt(
    place: number,
    origin: readonly string[],
    now: number,
    cost: number,
  ): number {
    return this.#byPlace[place]?.take(origin[place] ?? "", now, cost) ?? 0;
  }
}
