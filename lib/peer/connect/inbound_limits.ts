import { OriginCounter, TokenBuckets } from "../../limits/mod.ts";
import { isLoopback, rateLimitKey } from "../../net/mod.ts";

/** Most inbound connections at once. */
const MAX_INBOUND = 256;

/** Most of them from one address, at once and as a burst. */
const MAX_INBOUND_PER_ORIGIN = 32;

/** How many new ones an address may open in a second, over a longer time. */
const INBOUND_PER_SECOND = 1;

/** How many addresses are remembered before those that rested are forgotten. */
const SWEEP_ABOVE = 1024;

/**
 * Holds inbound connections to what leaves room for others: an address has
 * neither many at once nor many in a row. An IPv6 network of 64 bits counts as
 * one address; loopback, which all local users share, only counts among all.
 */
export class InboundLimits {
  readonly #open = new OriginCounter({
    max: MAX_INBOUND,
    maxPerOrigin: MAX_INBOUND_PER_ORIGIN,
  });
  readonly #rates = new TokenBuckets({
    perSecond: INBOUND_PER_SECOND,
    burst: MAX_INBOUND_PER_ORIGIN,
  });

  /**
   * Counts a connection in.
   *
   * @param now The time, in ms.
   * @returns Whether it may stay.
   */
  enter(host: string, now: number): boolean {
    const origin = originOf(host);
    if (this.#open.check(origin) !== undefined) return false;
    if (origin !== undefined && !this.#take(origin, now)) return false;
    this.#open.enter(origin);
    return true;
  }

  /** Counts a connection out that was counted in. */
  leave(host: string): void {
    this.#open.leave(originOf(host));
  }

  #take(origin: string, now: number): boolean {
    if (this.#rates.size > SWEEP_ABOVE) this.#rates.sweep(now);
    return this.#rates.take(origin, now) === 0;
  }
}

function originOf(host: string): string | undefined {
  return isLoopback(host) ? undefined : rateLimitKey(host);
}
