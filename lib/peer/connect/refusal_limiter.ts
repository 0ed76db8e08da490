import type { PeerEvent } from "../events.ts";

/** How many refusals of a kind are told at once. */
const AT_ONCE = 10;

/** After how long one more is, in ms. */
const ONE_MORE = 30_000;

/**
 * Tells of calls that were refused, but where there are many not of each:
 * strangers must not push everything else off the screen.
 *
 * @param tell Is told of those, and of everything else.
 * @param clock The time, in ms.
 */
export function limitRefusals(
  tell: (event: PeerEvent) => void,
  clock: () => number = () => performance.now(),
): (event: PeerEvent) => void {
  const kinds = {
    refused: new Allowance(clock()),
    keyChanged: new Allowance(clock()),
  };
  return (event) => {
    if (event.type !== "refused" && event.type !== "keyChanged") {
      return tell(event);
    }
    const before = kinds[event.type].take(clock());
    if (before === undefined) return;
    const more = before === 0 ? "" : ` (before that ${before} more, not shown)`;
    tell({ ...event, reason: event.reason + more });
  };
}

/** How many more may be told, and how many were not. */
class Allowance {
  #left = AT_ONCE;
  #since: number;
  #omitted = 0;

  constructor(now: number) {
    this.#since = now;
  }

  /** How many were left out before this one; undefined if it is left out too. */
  take(now: number): number | undefined {
    const grown = Math.floor((now - this.#since) / ONE_MORE);
    this.#left = Math.min(AT_ONCE, this.#left + grown);
    this.#since += grown * ONE_MORE;
    if (this.#left === 0) {
      this.#omitted++;
      return undefined;
    }
    this.#left--;
    const omitted = this.#omitted;
    this.#omitted = 0;
    return omitted;
  }
}
