import type { DailyTotals } from "../store/mod.ts";
import { dayOf } from "./quotas.ts";

/** How many clients that are not pinned are let in on a day. */
export const MAX_NEWCOMERS_PER_DAY = 10_000;

/** The name under which all of them are counted. */
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
   * Whether one more may come.
   *
   * @param now The time, in ms since the epoch.
   */
  mayCome(now: number): boolean {
    const { messages: count } = this.#dailyTotals.get(NEWCOMERS, dayOf(now));
    return count < MAX_NEWCOMERS_PER_DAY;
  }

  /**
   * Counts one that has been let in.
   *
   * @param now The time, in ms since the epoch.
   * @throws {StorageError} If it could not be counted.
   */
  add(now: number): void {
    this.#dailyTotals.add(NEWCOMERS, dayOf(now), { messages: 1, bytes: 0 });
  }
}
