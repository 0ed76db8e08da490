/** Limits how many pieces of work run at once; the rest wait in order. */
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
