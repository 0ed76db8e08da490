/** Lets so many do something at once; whoever is one too many waits for a turn. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param most How many at once. */
  constructor(most: number) {
    this.#free = most;
  }

  /**
   * Does some work when it is its turn.
   *
   * @throws What the work throws.
   */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
