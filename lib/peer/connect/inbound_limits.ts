import { OriginBuckets, OriginCounter } from "../../limits/mod.ts";
import { type Origin, originOf } from "../../net/mod.ts";

/** The maximum of inbound connections at once. */
const MAX_INBOUND = 256;

/** The maximum from one address, at once and as a burst. */
const MAX_INBOUND_PER_ORIGIN = 32;

/** How many an address may open per second, over a longer time. */
const INBOUND_PER_SECOND = 1;

/** Above how many remembered networks those with a full bucket are removed. */
const SWEEP_ABOVE_ADDRESSES = 1024;

/**
 * Limits inbound connections, at once and per second, so that one address does
 * not exclude the others. An IPv6 network of 64 bits counts as one address, and
 * those of 56 and 48 bits have twice and four times its limits;
 * loopback, which all local users share, has only the limit of all together.
 */
export class InboundLimits {
  readonly #open = new OriginCounter({
    max: MAX_INBOUND,
    maxPerOrigin: MAX_INBOUND_PER_ORIGIN,
  });
  readonly #rates = new OriginBuckets({
    perSecond: INBOUND_PER_SECOND,
    burst: MAX_INBOUND_PER_ORIGIN,
  });

  /**
   * Counts a new connection, if the limits allow it.
   *
   * @param now The time, in ms.
   * @returns Whether they do.
   */
  enter(host: string, now: number): boolean {
    const origin = originOf(host);
    if (this.#open.check(origin) !== undefined) return false;
    if (!this.#take(origin, now)) return false;
    this.#open.enter(origin);
    return true;
  }

  /** Counts the end of a connection that was counted. */
  leave(host: string): void {
    this.#open.leave(originOf(host));
  }

  #take(origin: Origin, now: number): boolean {
    if (this.#rates.size > SWEEP_ABOVE_ADDRESSES) this.#rates.sweep(now);
    return this.#rates.take(origin, now) === 0;
  }
}
