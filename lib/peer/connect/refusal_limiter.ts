import { OriginBuckets, type Rate, TokenBucket } from "../../limits/mod.ts";
import { networksOf } from "../../net/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";

/** How often an event of one kind is passed on that one origin causes. */
const ORIGIN_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/** How often an event of one kind is passed on, whatever causes it. */
const KIND_RATE: Rate = { perSecond: 1 / 10, burst: 40 };

/** When the origins are looked through for those that count no longer. */
const MAX_ORIGINS = 1000;

/**
 * Limits the events `refused`, `letterRefused`, and `keyChanged` of clients that
 * have called, of clients that this peer wanted to reach, and of the registry,
 * each kind by itself, and in it each origin: the networks of a caller, or the
 * client ID that it claims. So unknown peers can neither fill the screen nor hide
 * what others do. The next event of a kind says how many before it were not
 * passed on. Other events are passed on as they are.
 *
 * @param onEvent Receives the events that are passed on.
 * @param clock The time, in ms.
 */
export function limitRefusalsAndKeyChanges(
  onEvent: (event: PeerEvent) => void,
  clock: () => number = () => performance.now(),
): (event: PeerEvent) => void {
  const newLimit = () => new KindLimit(clock());
  const refused = newLimit();
  const refusedLetters = newLimit();
  const callerKeys = newLimit();
  const calledKeys = newLimit();
  const registryKeys = newLimit();
  return (event) => {
    switch (event.type) {
      case "refused":
        return passOn(event, refused, networksOf(event.address.host));
      case "letterRefused":
        return passOn(event, refusedLetters, [event.from]);
      case "keyChanged":
        return passOn(event, limitOf(event), [event.name]);
      default:
        return onEvent(event);
    }
  };

  function limitOf(
    { name, direction }: Extract<PeerEvent, { readonly type: "keyChanged" }>,
  ): KindLimit {
    if (!isClientID(name)) return registryKeys;
    return direction === "in" ? callerKeys : calledKeys;
  }

  /** Passes an event on, unless there are too many of it. */
  function passOn(
    event: LimitedEvent,
    limit: KindLimit,
    origin: readonly string[],
  ): void {
    const omitted = limit.take(origin, clock());
    if (omitted === undefined) return;
    const more = omitted === 0
      ? ""
      : ` (${omitted} earlier ones are not shown)`;
    onEvent({ ...event, reason: event.reason + more });
  }
}

/** An event that unknown peers can cause, with a reason. */
type LimitedEvent = Extract<
  PeerEvent,
  { readonly type: "refused" | "letterRefused" | "keyChanged" }
>;

/** How often events of one kind are passed on. */
class KindLimit {
  readonly #origins = new OriginBuckets(ORIGIN_RATE);
  readonly #all: TokenBucket;
  #omitted = 0;

  /** A limit that nothing has come under yet, at a time in ms. */
  constructor(now: number) {
    this.#all = new TokenBucket(KIND_RATE, now);
  }

  /**
   * Takes an event of an origin.
   *
   * @param now The time, in ms.
   * @returns How many before it were not passed on; undefined if it is not, too.
   */
  take(origin: readonly string[], now: number): number | undefined {
    if (this.#origins.size > MAX_ORIGINS) this.#origins.sweep(now);
    const isLimited = this.#origins.take(origin, now, 0) > 0 ||
      this.#all.take(now) > 0;
    if (isLimited) {
      this.#omitted++;
      return undefined;
    }
    this.#origins.spend(origin, now, 1);
    const omitted = this.#omitted;
    this.#omitted = 0;
    return omitted;
  }
}
