import { Semaphore, TIMED_OUT, withTimeout } from "../../async/mod.ts";
import type { Wire } from "../../net/mod.ts";
import { LinkBrokenError } from "../errors.ts";

/**
 * Writes in order, and keeps writes apart in time, so that a program that takes
 * what arrives together for one message gets each one alone.
 */
export class PacedWriter {
  readonly #wire: Wire;
  readonly #paceMs: number;
  readonly #turns = new Semaphore(1);
  readonly #closed = Promise.withResolvers<void>();
  #lastAt = -Infinity;

  /**
   * A writer to that wire, which nothing else may write to.
   *
   * @param paceMs How long after one write the next one begins, in ms.
   */
  constructor(wire: Wire, paceMs: number) {
    this.#wire = wire;
    this.#paceMs = paceMs;
  }

  /**
   * Writes all of the bytes, after all that was written before.
   *
   * @param isPaced Whether to keep them apart from what was written before.
   * @throws {LinkBrokenError} If the writer is closed before it is their turn.
   * @throws {Error} If the connection broke.
   */
  write(bytes: Uint8Array, isPaced: boolean): Promise<void> {
    return this.#turns.run(async () => {
      if (isPaced) await this.#waitForPace();
      await this.#wire.write(bytes);
      this.#lastAt = performance.now();
    });
  }

  /** Ends the writes that wait. */
  close(): void {
    this.#closed.resolve();
  }

  async #waitForPace(): Promise<void> {
    const remainingMs = this.#lastAt + this.#paceMs - performance.now();
    if (remainingMs <= 0) return;
    const waited = await withTimeout(this.#closed.promise, remainingMs);
    if (waited !== TIMED_OUT) throw new LinkBrokenError();
  }
}
