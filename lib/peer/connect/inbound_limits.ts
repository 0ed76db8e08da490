import { OriginBuckets, OriginCounter } from "../../limits/mod.ts";
import { type Origin, originOf } from "../../net/mod.ts";
import { type Introduced, oldestOfLargestNetwork, Place } from "./place.ts";

/** The maximum of inbound connections at once. */
const MAX_INBOUND = 256;

/** The maximum of those at once that have not introduced themselves. */
const MAX_ARRIVING = 64;

/** The maximum of links of strangers at once. */
const MAX_STRANGERS = 128;

/** The maximum of links under one key at once. */
const MAX_PER_KEY = 8;

/**
 * The maximum from one address, as a burst; and at once, of strangers and of
 * connections that have not introduced themselves.
 */
const MAX_INBOUND_PER_ORIGIN = 32;

/** How many an address may open per second, over a longer time. */
const INBOUND_PER_SECOND = 1;

/** Above how many remembered networks those with a full bucket are removed. */
const SWEEP_ABOVE_ADDRESSES = 1024;

/**
 * Limits inbound connections, so that strangers leave room for clients that the
 * user has accepted, and one address leaves room for others (SECURITY.md,
 * "Strangers"). A connection arrives, and then belongs to a stranger or to a
 * client that is accepted; the first two kinds have places of their own.
 *
 * Where places have run out one gives way: of those that arrive, and of
 * strangers, the oldest one from the network that has the most. An IPv6 network
 * of 64 bits counts as one address, and those of 56 and 48 bits have twice and
 * four times its limits; loopback, which all local users share, has no limit for
 * each address.
 */
export class InboundLimits {
  readonly #places = new Set<Place>();
  readonly #perOrigin = new OriginCounter({
    max: Infinity,
    maxPerOrigin: MAX_INBOUND_PER_ORIGIN,
  });
  readonly #rates = new OriginBuckets({
    perSecond: INBOUND_PER_SECOND,
    burst: MAX_INBOUND_PER_ORIGIN,
  });

  /**
   * Gives a new connection a place, if the limits allow it. Another connection may
   * have to give way.
   *
   * @param now The time, in ms.
   * @param close Closes the connection when it has to give way.
   * @returns The place; undefined if the connection has to be refused.
   */
  enter(host: string, now: number, close: () => void): Place | undefined {
    const origin = originOf(host);
    const full = this.#perOrigin.fullNetwork(origin);
    const silent = full === undefined
      ? undefined
      : this.#ofKind("arriving").find((place) => place.origin.includes(full));
    if (full !== undefined && silent === undefined) return undefined;
    if (!this.#take(origin, now)) return undefined;
    this.#giveWay(silent);
    this.#makeRoom();
    if (this.#places.size >= MAX_INBOUND) return undefined;
    const place = new Place(origin, close);
    this.#places.add(place);
    this.#perOrigin.enter(origin);
    return place;
  }

  /**
   * Notes who has introduced itself on a connection. Another connection may have
   * to give way.
   */
  introduce(place: Place, introduced: Introduced): void {
    // It had to give way meanwhile.
    if (!this.#places.has(place)) return;
    const { key, isAccepted } = introduced;
    if (key !== undefined) this.#makeRoomUnderKey(key);
    if (!isAccepted()) {
      const strangers = this.#strangers();
      if (strangers.length >= MAX_STRANGERS) {
        this.#giveWay(oldestOfLargestNetwork([...strangers, place]));
      }
    }
    place.introduced = introduced;
    this.#update(place);
  }

  /** Notes the end of a connection. */
  leave(place: Place): void {
    if (!this.#places.delete(place)) return;
    if (place.kind !== "accepted") this.#perOrigin.leave(place.origin);
  }

  #take(origin: Origin, now: number): boolean {
    if (this.#rates.size > SWEEP_ABOVE_ADDRESSES) this.#rates.sweep(now);
    return this.#rates.take(origin, now) === 0;
  }

  #ofKind(kind: Place["kind"]): Place[] {
    return Array.from(this.#places).filter((place) => place.kind === kind);
  }

  /** The places of strangers, without those whom the user has accepted since. */
  #strangers(): Place[] {
    for (const place of this.#ofKind("stranger")) this.#update(place);
    return this.#ofKind("stranger");
  }

  /** Says whether a place is a stranger's; that of an accepted client is not. */
  #update(place: Place): void {
    const isAccepted = place.introduced?.isAccepted() ?? false;
    place.kind = isAccepted ? "accepted" : "stranger";
    if (isAccepted) this.#perOrigin.leave(place.origin);
  }

  /** Has one give way if there is no room for one that arrives. */
  #makeRoom(): void {
    const arriving = this.#ofKind("arriving");
    if (arriving.length >= MAX_ARRIVING) {
      this.#giveWay(oldestOfLargestNetwork(arriving));
    } else if (this.#places.size >= MAX_INBOUND) {
      const others = arriving.length > 0 ? arriving : this.#strangers();
      this.#giveWay(oldestOfLargestNetwork(others));
    }
  }

  #makeRoomUnderKey(key: string): void {
    const same = Array.from(this.#places).filter(({ introduced }) =>
      introduced?.key === key
    );
    if (same.length >= MAX_PER_KEY) this.#giveWay(same[0]);
  }

  #giveWay(place: Place | undefined): void {
    if (place === undefined) return;
    this.leave(place);
    place.close();
  }
}
