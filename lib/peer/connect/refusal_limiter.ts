import { type Rate, TokenBucket } from "../../limits/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";

/** How often an event of one kind is passed on. */
const REFUSAL_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/**
 * Limits the events `refused`, `keyChanged` of clients and `keyChanged` of the
 * registry, each kind by itself: strangers can neither fill the screen nor hide
 * that the registry's key has changed. The next event of a kind says how many
 * before it were not passed on. Other events are passed on as they are.
 *
 * @param onEvent Receives the events that are passed on.
 * @param clock The time, in ms.
 */
export function limitRefusalsAndKeyChanges(
  onEvent: (event: PeerEvent) => void,
  clock: () => number = () => performance.now(),
): (event: PeerEvent) => void {
  const refused = new CountedBucket(clock());
  const clientKeys = new CountedBucket(clock());
  const registryKeys = new CountedBucket(clock());
  return (event) => {
    if (event.type !== "refused" && event.type !== "keyChanged") {
      return onEvent(event);
    }
    const bucket = event.type === "refused"
      ? refused
      : isClientID(event.name)
      ? clientKeys
      : registryKeys;
    const omitted = bucket.take(clock());
    if (omitted === undefined) return;
    const more = omitted === 0
      ? ""
      : ` (${omitted} earlier ones are not shown)`;
    onEvent({ ...event, reason: event.reason + more });
  };
}

/** A token bucket that counts what was refused a token. */
class CountedBucket {
  readonly #bucket: TokenBucket;
  #omitted = 0;

  constructor(now: number) {
    this.#bucket = new TokenBucket(REFUSAL_RATE, now);
  }

  /** How many were omitted before this one; undefined if it is to be, too. */
  take(now: number): number | undefined {
    if (this.#bucket.take(now) > 0) {
      this.#omitted++;
      return undefined;
    }
    const omitted = this.#omitted;
    this.#omitted = 0;
    return omitted;
  }
}
