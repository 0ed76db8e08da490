/** How many may be open at once. */
export interface OriginLimits {
  /** From all origins together. */
  readonly max: number;
  /** From one origin. */
  readonly maxPerOrigin: number;
}

/** Which of the {@linkcode OriginLimits} is reached. */
export type LimitReached = "max" | "maxPerOrigin";

/**
 * Counts what is open, in all and by origin, and holds it to limits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OriginCounter } from "./mod.ts";
 *
 * const counter = new OriginCounter({ max: 3, maxPerOrigin: 2 });
 * counter.enter("192.0.2.1");
 * counter.enter("192.0.2.1");
 * assertEquals(counter.check("192.0.2.1"), "maxPerOrigin");
 * assertEquals(counter.check("192.0.2.2"), undefined);
 *
 * counter.enter("192.0.2.2");
 * assertEquals(counter.check("192.0.2.3"), "max");
 * ```
 */
export class OriginCounter {
  readonly #limits: OriginLimits;
  readonly #byOrigin = new Map<string, number>();
  #open = 0;

  /** Nothing is open at first. */
  constructor(limits: OriginLimits) {
    this.#limits = limits;
  }

  /**
   * Which limit one more would exceed, if any.
   *
   * @param origin Where it comes from; undefined for one that only counts
   * among all.
   */
  check(origin: string | undefined): LimitReached | undefined {
    if (this.#open >= this.#limits.max) return "max";
    if (origin === undefined) return undefined;
    const open = this.#byOrigin.get(origin) ?? 0;
    return open >= this.#limits.maxPerOrigin ? "maxPerOrigin" : undefined;
  }

  /** Counts one in, without looking at the limits. */
  enter(origin: string | undefined): void {
    this.#open++;
    if (origin === undefined) return;
    this.#byOrigin.set(origin, (this.#byOrigin.get(origin) ?? 0) + 1);
  }

  /** Counts one out that was counted in with the same origin. */
  leave(origin: string | undefined): void {
    this.#open--;
    if (origin === undefined) return;
    const open = (this.#byOrigin.get(origin) ?? 0) - 1;
    if (open > 0) this.#byOrigin.set(origin, open);
    else this.#byOrigin.delete(origin);
  }
}
