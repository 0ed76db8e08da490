import type { RateLimitError } from "../errors.ts";

/**
 * Most requests that a client may make before it has waited as it was told:
 * that many may have been in flight.
 */
const MAX_REQUESTS_WHILE_LIMITED = 100;

/** Counts the requests of a client that does not wait as it is told. */
export class IgnoredLimits {
  /** Until when the client was told to wait, in ms. */
  #waitUntilMs = 0;
  #requests = 0;

  /**
   * Counts a request that exceeded a rate.
   *
   * @param nowMs The time, on a clock that only goes forward.
   * @returns Whether the client has sent too many since it was told to wait.
   */
  count({ waitMs }: RateLimitError, nowMs: number): boolean {
    if (nowMs >= this.#waitUntilMs) this.#requests = 0;
    else this.#requests++;
    this.#waitUntilMs = nowMs + waitMs;
    return this.#requests > MAX_REQUESTS_WHILE_LIMITED;
  }
}
