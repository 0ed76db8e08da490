import type { RefusedError } from "./errors.ts";

/** A refusal that asks to wait. */
export interface Postponement {
  /** For how long to wait, in ms. */
  readonly waitMs: number;
  /** What the registry said when it asked for that. */
  readonly refusal: RefusedError;
}

/**
 * When the registry may be asked what it has refused for now (PROTOCOL.md,
 * "Refusals", code 429). Times are ms on any clock that only goes forward.
 */
export class RetryAfter {
  readonly #refused = new Map<
    string,
    { readonly until: number; readonly refusal: RefusedError }
  >();

  /**
   * Notes that a method was refused for a time.
   *
   * @param waitMs For how long, in ms.
   * @param now The time, in ms.
   */
  postpone(
    method: string,
    refusal: RefusedError,
    waitMs: number,
    now: number,
  ): void {
    this.#refused.set(method, { until: now + waitMs, refusal });
  }

  /**
   * For how long a method may not be asked; undefined if it may be.
   *
   * @param now The time, in ms.
   */
  postponed(method: string, now: number): Postponement | undefined {
    const refused = this.#refused.get(method);
    if (refused === undefined || refused.until <= now) return undefined;
    return { waitMs: refused.until - now, refusal: refused.refusal };
  }
}
