/**
 * Limits how many pieces of work run at once; the rest wait in order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Semaphore } from "./mod.ts";
 *
 * const semaphore = new Semaphore(2);
 * let running = 0;
 * let most = 0;
 * await Promise.all([1, 2, 3, 4, 5].map(() =>
 *   semaphore.run(async () => {
 *     most = Math.max(most, ++running);
 *     await Promise.resolve();
 *     running--;
 *   })
 * ));
 * assertEquals(most, 2);
 * ```
 */
export class Semaphore {
  #permits: number;
  readonly #waiting: (() => void)[] = [];

  /**
   * A semaphore with all its permits free.
   *
   * @param permits How many pieces of work may run at once.
   */
  constructor(permits: number) {
    this.#permits = permits;
  }

  /**
   * Runs some work as soon as there is a permit.
   *
   * @throws What the work throws.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#permits > 0) this.#permits--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#permits++;
      else next();
    }
  }
}
