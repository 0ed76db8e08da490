/** How often something may be done. */
export interface Rate {
  /** How often in a second, over a longer time. */
  readonly perSecond: number;
  /** How often at once, by somebody who has not done it for a while. */
  readonly burst: number;
}

/** What somebody may still do, and since when that has been true. */
interface Allowance {
  left: number;
  since: number;
}

/** Holds each of many to a rate: a token bucket for everybody who comes. */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #allowances = new Map<string, Allowance>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** How many are being remembered. */
  get size(): number {
    return this.#allowances.size;
  }

  /**
   * Counts one more time.
   *
   * @param who Whose time it is.
   * @param now The time, in ms, on any clock that only goes on.
   * @returns 0 if it is allowed; else how long to wait, in ms, and nothing is
   * counted.
   */
  take(who: string, now: number): number {
    const { perSecond, burst } = this.#rate;
    const allowance = this.#allowances.get(who);
    if (allowance === undefined) {
      this.#allowances.set(who, { left: burst - 1, since: now });
      return 0;
    }
    const grown = (now - allowance.since) / 1000 * perSecond;
    allowance.left = Math.min(burst, allowance.left + grown);
    allowance.since = now;
    if (allowance.left < 1) return (1 - allowance.left) / perSecond * 1000;
    allowance.left--;
    return 0;
  }

  /** Forgets those who have their whole allowance again. */
  sweep(now: number): void {
    const { perSecond, burst } = this.#rate;
    for (const [who, { left, since }] of this.#allowances) {
      if (left + (now - since) / 1000 * perSecond >= burst) {
        this.#allowances.delete(who);
      }
    }
  }
}
