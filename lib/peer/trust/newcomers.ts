import { dayOf } from "./quotas.ts";

/** How many clients that are not pinned are let in on a day. */
export const MAX_NEWCOMERS_PER_DAY = 10_000;

/**
 * Limits how many clients that are not pinned a peer lets in on a day, in UTC,
 * where nobody is asked about them: each of them is pinned, which takes room.
 */
export class Newcomers {
  readonly #keys = new Set<string>();
  #day = 0;

  /**
   * Whether one more may come, or this one, which has come today.
   *
   * @param key Its key, in base64.
   * @param now The time, in ms since the epoch.
   */
  admits(key: string, now: number): boolean {
    const day = dayOf(now);
    if (day !== this.#day) this.#keys.clear();
    this.#day = day;
    if (this.#keys.has(key)) return true;
    if (this.#keys.size >= MAX_NEWCOMERS_PER_DAY) return false;
    this.#keys.add(key);
    return true;
  }
}
