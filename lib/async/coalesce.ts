/**
 * Something to do whenever it is asked for, but not twice at a time: who asks
 * while it is being done has it done once more.
 */
export class Coalescer {
  readonly #work: () => Promise<void>;
  #asked = false;
  #running: Promise<void> | undefined;

  /** Does nothing before it is asked to; `work` should not reject. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Whether it is being done. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Does it, at once or once more; done when nobody asks any longer. */
  run(): Promise<void> {
    this.#asked = true;
    return this.#running ??= this.#run();
  }

  /** Resolves when it is not being done. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#asked) {
        this.#asked = false;
        await this.#work();
      }
    } finally {
      // In the same step as the last look: whoever asks later starts anew.
      this.#running = undefined;
    }
  }
}
