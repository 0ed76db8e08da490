import { limited } from "../time_limit.ts";

/** Lines that one side adds and another takes, waiting for them if need be. */
export class Lines {
  /** All that were added. */
  readonly all: string[] = [];
  #next = 0;
  #changed = Promise.withResolvers<void>();

  /** Adds a line. */
  add(line: string): void {
    this.all.push(line);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** The next line, when it comes; undefined once the signal is aborted. */
  async take(signal: AbortSignal): Promise<string | undefined> {
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => aborted.resolve(), { once: true });
    while (!signal.aborted) {
      const line = this.all[this.#next];
      if (line !== undefined) {
        this.#next++;
        return line;
      }
      await Promise.race([this.#changed.promise, aborted.promise]);
    }
    return undefined;
  }

  /**
   * The next line, as a test expects it.
   *
   * @throws {Error} If none comes.
   */
  async next(): Promise<string> {
    const line = await limited(
      this.take(new AbortController().signal),
      `no further line after ${JSON.stringify(this.all)}`,
    );
    if (line === undefined) throw new Error("no further line");
    return line;
  }
}
