import { type Rate, TokenBucket } from "../../limits/mod.ts";
import type { PeerEvent } from "../events.ts";

/** How often a refusal of one kind is told. */
const REFUSAL_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/**
 * Tells of refusals, but where there are many not of each: strangers must not
 * push everything else off the screen.
 *
 * @param tell Is told of those, and of everything else.
 * @param clock The time, in ms.
 */
export function limitRefusals(
  tell: (event: PeerEvent) => void,
  clock: () => number = () => performance.now(),
): (event: PeerEvent) => void {
  const kinds = {
    refused: new CountedBucket(clock()),
    keyChanged: new CountedBucket(clock()),
  };
  return (event) => {
    if (event.type !== "refused" && event.type !== "keyChanged") {
      return tell(event);
    }
    const omitted = kinds[event.type].take(clock());
    if (omitted === undefined) return;
    const more = omitted === 0
      ? ""
      : ` (before that ${omitted} more, not shown)`;
    tell({ ...event, reason: event.reason + more });
  };
}

/** A token bucket that counts what it held back. */
class CountedBucket {
  readonly #bucket: TokenBucket;
  #omitted = 0;

  constructor(now: number) {
    this.#bucket = new TokenBucket(REFUSAL_RATE, now);
  }

  /** How many were held back before this one; undefined if it is, too. */
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
