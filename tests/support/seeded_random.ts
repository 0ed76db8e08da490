import { at } from "./at.ts";

/** Random numbers, the same for the same seed (Lehmer's generator). */
export class SeededRandom {
  #state: number;

  /** @param seed A whole number. */
  constructor(seed: number) {
    this.#state = Math.abs(seed) % 2147483646 + 1;
    // The first numbers of neighbouring seeds are alike.
    for (let n = 0; n < 10; n++) this.number(0, 1);
  }

  /** A number from `from` up to, not including, `to`. */
  number(from: number, to: number): number {
    this.#state = this.#state * 48271 % 2147483647;
    return from + (to - from) * (this.#state / 2147483647);
  }

  /** One of several elements. */
  one<T>(several: readonly T[]): T {
    return at(several, Math.floor(this.number(0, several.length)));
  }
}
