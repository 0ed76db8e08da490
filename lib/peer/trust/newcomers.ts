import type { DailyTotals } from "../store/mod.ts";
import { dayOf } from "./quotas.ts";

/** How many clients that are not pinned are let in on a day. */
export const MAX_NEWCOMERS_PER_DAY = 10_000;

/** The name under which all of them are counted, and what precedes a key. */
const NEWCOMERS = "newcomers";

/**
 * Limits how many clients that are not pinned a peer lets in on a day, in UTC,
 * where nobody is asked about them: each of them is pinned, which takes room. The
 * count is on the disk.
 */
export class Newcomers {
  readonly #dailyTotals: DailyTotals;

  /** Goes on with what has been counted so far. */
  constructor(dailyTotals: DailyTotals) {
    this.#dailyTotals = dailyTotals;
  }

  /**
   * Whether one more may come, or this one, which has come today.
   *
   * @param key Its key, in base64.
   * @param now The time, in ms since the epoch.
   * @throws {StorageError} If it could not be counted.
   */
  admits(key: string, now: number): boolean {
    const day = dayOf(now);
    const sender = `${NEWCOMERS} ${key}`;
    if (this.#dailyTotals.get(sender, day).messages > 0) return true;
    const { messages: count } = this.#dailyTotals.get(NEWCOMERS, day);
    if (count >= MAX_NEWCOMERS_PER_DAY) return false;
    for (const counted of [NEWCOMERS, sender]) {
      this.#dailyTotals.add(counted, day, { messages: 1, bytes: 0 });
    }
    return true;
  }
}
