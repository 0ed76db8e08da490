import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import type { Wire } from "../../net/mod.ts";

/**
 * How long a registry that has answered in plain, and not yet to HELLO, still has
 * to answer that, in ms: then it does speak the secure mode, and was slow.
 */
const LATE_ANSWER_MS = 150;

/**
 * How long a registry that has not answered HELLO has to answer in plain on a
 * second connection, in ms, before the first one is closed: a registry that
 * serves one connection after the other does not read the second before that.
 */
const SECOND_ANSWER_MS = 1000;

/**
 * How long it has after that, in ms. This is less than it had for HELLO, so that
 * one that speaks the secure mode, and answers everything late, is not taken for
 * plain.
 */
const NEXT_ANSWER_MS = 2500;

/** A HELLO that a registry has not answered yet: it may be slow, or be plain. */
export class UnansweredHello {
  /** The connection on which the HELLO was sent. */
  #wire: Wire | undefined;

  /** Keeps the connection of a HELLO open, and closes that of one before. */
  keep(wire: Wire): void {
    this.close();
    this.#wire = wire;
  }

  /** Closes the connection: no answer is waited for any longer. */
  close(): void {
    this.#wire?.close();
    this.#wire = undefined;
  }

  /**
   * Waits for the answer to a request in plain, beside the HELLO without one.
   *
   * @returns How the request ended; undefined if HELLO has been answered after
   * all, or nothing was in time.
   */
  async askSecond<T>(
    asking: Promise<T>,
  ): Promise<PromiseSettledResult<T> | undefined> {
    const asked = Promise.allSettled([asking]);
    await withTimeout(asked, SECOND_ANSWER_MS);
    if (await this.#hasAnsweredLate()) return undefined;
    const settled = await withTimeout(asked, NEXT_ANSWER_MS);
    return settled === TIMED_OUT ? undefined : settled[0];
  }

  /** Whether the HELLO has been answered after all. */
  async #hasAnsweredLate(): Promise<boolean> {
    const wire = this.#wire;
    if (wire === undefined) return false;
    const bytes = await withTimeout(
      wire.read().catch(() => undefined),
      LATE_ANSWER_MS,
    );
    this.close();
    return bytes !== TIMED_OUT && bytes !== undefined;
  }
}
