import { networkFactor } from "./network_factors.ts";

/** How many may be open at once. */
export interface OriginLimits {
  /** From all origins together. */
  readonly max: number;
  /** From one address; twice and four times that from the larger networks. */
  readonly maxPerOrigin: number;
  /**
   * Which share of the places that are free one address may have, so that the
   * places do not run out: the fewer are left, the fewer each address may have,
   * but always two. Default: as many as are free.
   */
  readonly shareOfFree?: number;
}

/** Which of the {@linkcode OriginLimits} is reached. */
export type LimitReached = "max" | "maxPerOrigin";

/** What one address may always have while there is a place. */
const MIN_PER_ORIGIN = 2;

/**
 * Counts what is open, in all and by the networks of origins, and holds it to
 * limits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OriginCounter } from "./mod.ts";
 *
 * const counter = new OriginCounter({ max: 3, maxPerOrigin: 2 });
 * counter.enter(["192.0.2.1"]);
 * counter.enter(["192.0.2.1"]);
 * assertEquals(counter.check(["192.0.2.1"]), "maxPerOrigin");
 * assertEquals(counter.check(["192.0.2.2"]), undefined);
 *
 * counter.enter(["192.0.2.2"]);
 * assertEquals(counter.check(["192.0.2.3"]), "max");
 * ```
 */
export class OriginCounter {
  readonly #limits: OriginLimits;
  readonly #byNetwork = new Map<string, number>();
  #open = 0;

  /** Nothing is open at first. */
  constructor(limits: OriginLimits) {
    this.#limits = limits;
  }

  /**
   * Which limit one more would exceed, if any.
   *
   * @param origin The networks that it comes from, the smallest first; none for
   * one that only counts among all.
   */
  check(origin: readonly string[]): LimitReached | undefined {
    if (this.#open >= this.#limits.max) return "max";
    return this.fullNetwork(origin) === undefined ? undefined : "maxPerOrigin";
  }

  /** The smallest network of an origin that has all that it may have. */
  fullNetwork(origin: readonly string[]): string | undefined {
    if (origin.length === 0) return undefined;
    const perOrigin = this.#maxPerOrigin;
    return origin.find((network, place) =>
      (this.#byNetwork.get(network) ?? 0) >= perOrigin * networkFactor(place)
    );
  }

  /** Counts one in, without looking at the limits. */
  enter(origin: readonly string[]): void {
    this.#open++;
    for (const network of origin) {
      this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    }
  }

  /** Counts one out that was counted in with the same origin. */
  leave(origin: readonly string[]): void {
    this.#open--;
    for (const network of origin) {
      const open = (this.#byNetwork.get(network) ?? 0) - 1;
      if (open > 0) this.#byNetwork.set(network, open);
      else this.#byNetwork.delete(network);
    }
  }

  /** What one address may have now. */
  get #maxPerOrigin(): number {
    const { max, maxPerOrigin, shareOfFree } = this.#limits;
    if (shareOfFree === undefined) return maxPerOrigin;
    const share = Math.floor((max - this.#open) * shareOfFree);
    return Math.min(maxPerOrigin, Math.max(share, MIN_PER_ORIGIN));
  }
}
