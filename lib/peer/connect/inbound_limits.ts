import { isLoopback, rateLimitKey } from "../../net/mod.ts";

/** Most callers at once. */
const MOST = 256;

/** Most of them from one address. */
const MOST_FROM_ONE = 32;

/** How long a call from an address counts, in ms: so many may come in it. */
const CALL_COUNTS = 1000;

/** How many addresses are remembered before those that rested are forgotten. */
const MANY = 1024;

/**
 * Holds callers to what leaves room for others: neither many at once from one
 * address, nor one after the other. An IPv6 network of 64 bits counts as one
 * address; loopback, where everybody has the same one, does not count.
 */
export class InboundLimits {
  #open = 0;
  readonly #openFrom = new Map<string, number>();
  /** When all calls from an address will have been counted, in ms. */
  readonly #counted = new Map<string, number>();

  /**
   * Counts a caller in.
   *
   * @param now The time, in ms.
   * @returns Whether it may come in.
   */
  enter(host: string, now: number): boolean {
    if (this.#open >= MOST) return false;
    if (!isLoopback(host) && !this.#enterFrom(rateLimitKey(host), now)) {
      return false;
    }
    this.#open++;
    return true;
  }

  /** Counts a caller out that came in. */
  leave(host: string): void {
    this.#open--;
    if (isLoopback(host)) return;
    const origin = rateLimitKey(host);
    const left = (this.#openFrom.get(origin) ?? 0) - 1;
    if (left > 0) this.#openFrom.set(origin, left);
    else this.#openFrom.delete(origin);
  }

  #enterFrom(origin: string, now: number): boolean {
    const open = this.#openFrom.get(origin) ?? 0;
    const counted = Math.max(now, this.#counted.get(origin) ?? 0) + CALL_COUNTS;
    if (open >= MOST_FROM_ONE || counted - now > MOST_FROM_ONE * CALL_COUNTS) {
      return false;
    }
    this.#openFrom.set(origin, open + 1);
    this.#counted.set(origin, counted);
    if (this.#counted.size > MANY) this.#forget(now);
    return true;
  }

  #forget(now: number): void {
    for (const [origin, counted] of this.#counted) {
      if (counted <= now) this.#counted.delete(origin);
    }
  }
}
