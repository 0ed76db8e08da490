import { OriginCounter } from "../../limits/mod.ts";
import type { Origin } from "../../net/mod.ts";
import { CODE, PLAIN_LEASE_S } from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";
import { flatText } from "../store/mod.ts";

/**
 * Most client IDs that one address may hold in plain, unless it is loopback;
 * IPv6 networks of 56 and 48 bits have twice and four times as many.
 */
export const MAX_PLAIN_IDS_PER_ADDRESS = 8;

/** An ID that is held in plain. */
interface Holding {
  readonly origin: Origin;
  /** When the lease ends, in s. */
  untilS: number;
}

/**
 * Limits how many client IDs the clients of one address hold in plain, where
 * none has to prove anything. Loopback, which has no origin, is not counted.
 * Times are whole s, on a clock that only goes forward.
 */
export class PlainHolders {
  readonly #byID = new Map<string, Holding>();
  readonly #held = new OriginCounter({
    max: Infinity,
    maxPerOrigin: MAX_PLAIN_IDS_PER_ADDRESS,
  });

  /** How many IDs are counted. */
  get size(): number {
    return this.#byID.size;
  }

  /**
   * Checks that an address may hold one ID more.
   *
   * @throws {RegistryError} If it holds as many as it may.
   */
  check(origin: Origin): void {
    if (this.#held.check(origin) === undefined) return;
    throw new RegistryError(
      CODE.tooManyRequests,
      "your address, or its network, holds too many client IDs in plain: each " +
        "lapses an hour after its last REGISTER",
    );
  }

  /** Notes that a client has leased an ID in plain, or has renewed the lease. */
  hold(clientID: string, origin: Origin, nowS: number): void {
    if (origin.length === 0) return;
    const untilS = nowS + PLAIN_LEASE_S;
    const holding = this.#byID.get(clientID);
    if (holding !== undefined && holding.origin[0] === origin[0]) {
      holding.untilS = untilS;
      return;
    }
    if (holding !== undefined) this.#held.leave(holding.origin);
    this.#held.enter(origin);
    this.#byID.set(flatText(clientID), { origin, untilS });
  }

  /** Forgets the IDs whose leases have ended. */
  sweep(nowS: number): void {
    for (const [clientID, { origin, untilS }] of this.#byID) {
      if (untilS > nowS) continue;
      this.#byID.delete(clientID);
      this.#held.leave(origin);
    }
  }
}
