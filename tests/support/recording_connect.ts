import {
  type Address,
  dial,
  DialError,
  formatAddress,
} from "../../lib/net/mod.ts";
import type { Connect } from "../../lib/peer/mod.ts";
import { FakeDial } from "./fake_dial.ts";

/**
 * Records which peers are dialled, and dials none of them but those that a test
 * has opened itself: any other address refuses.
 */
export class RecordingConnect {
  readonly #fake = new FakeDial();
  readonly #real: ReadonlySet<string>;

  /** @param real The addresses that are really dialled. */
  constructor(...real: readonly Address[]) {
    this.#real = new Set(real.map(formatAddress));
  }

  /** The addresses that were dialled, each time that they were. */
  get dialled(): readonly string[] {
    return this.#fake.dialled;
  }

  readonly connect: Connect = async (
    address,
    options,
  ) => {
    if (this.#real.has(formatAddress(address))) {
      this.#fake.dialled.push(formatAddress(address));
      return await dial(address, options);
    }
    await this.#fake.dial(address, options);
    throw new DialError("refused", "no test has opened it");
  };
}
