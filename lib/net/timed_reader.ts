import type { Wire } from "./wire.ts";
import { TIMED_OUT, withTimeout } from "../async/mod.ts";

/** Reads a wire with a time-out; bytes that come late are those of the next read. */
export class TimedReader {
  readonly #wire: Wire;
  #pending: Promise<Uint8Array | undefined> | undefined;

  /** A reader of that wire, which nothing else may read. */
  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /**
   * The next bytes, valid until the next call; undefined at the end of the
   * stream.
   *
   * @param timeout How long to wait for them, in ms, or what resolves when that
   * time is over. Default: without a limit.
   * @throws {Error} If the connection broke.
   */
  async read(
    timeout?: number | Promise<typeof TIMED_OUT>,
  ): Promise<Uint8Array | undefined | typeof TIMED_OUT> {
    const pending = this.#pending ??= this.#wire.read();
    if (timeout !== undefined) {
      const first = typeof timeout === "number"
        ? withTimeout(pending, timeout)
        : Promise.race([pending, timeout]);
      if (await first === TIMED_OUT) return TIMED_OUT;
    }
    return await this.#take(pending);
  }

  async #take(
    pending: Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    const bytes = await pending;
    this.#pending = undefined;
    return bytes;
  }
}
