/**
 * Runs some work whenever it is asked to, never twice at a time: requests that
 * come while it runs are coalesced into one further run.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Coalescer } from "./mod.ts";
 *
 * let saves = 0;
 * const saver = new Coalescer(async () => {
 *   saves++;
 *   await Promise.resolve();
 * });
 * saver.run();
 * saver.run(); // both while the first save runs: one more save serves both
 * await saver.run();
 * assertEquals(saves, 2);
 * ```
 */
export class Coalescer {
  readonly #work: () => Promise<void>;
  #requested = false;
  #running: Promise<void> | undefined;

  /** Runs nothing before it is asked to; `work` should not reject. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Whether the work is running. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Runs the work, now or once more; resolves when no request is left. */
  run(): Promise<void> {
    this.#requested = true;
    return this.#running ??= this.#run();
  }

  /** Resolves when the work is not running. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#requested) {
        this.#requested = false;
        await this.#work();
      }
    } finally {
      // Synchronously after the last check: a later request starts a new run.
      this.#running = undefined;
    }
  }
}
