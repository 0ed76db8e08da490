import { StorageError } from "../../storage/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import type { PeerEvent } from "../events.ts";

/** What stands in the way of a delivery, told once until it is another thing. */
export class Notice {
  readonly #to: string;
  readonly #onEvent: (event: PeerEvent) => void;
  #told: string | undefined;

  /**
   * Nothing is in the way at first.
   *
   * @param to Whom the delivery is for.
   */
  constructor(to: string, onEvent: (event: PeerEvent) => void) {
    this.#to = to;
    this.#onEvent = onEvent;
  }

  /**
   * Tells of an error that is one.
   *
   * @throws What is none: a fault of the program's own.
   */
  tell(error: unknown): void {
    if (!(error instanceof PeerError || error instanceof StorageError)) {
      throw error;
    }
    const { message: reason } = error;
    if (reason === this.#told) return;
    this.#told = reason;
    if (error instanceof KeyChangedError) {
      const { who: name, fingerprint } = error;
      this.#onEvent({ type: "keyChanged", name, fingerprint, reason });
    } else this.#onEvent({ type: "waiting", to: this.#to, reason });
  }

  /** Notes that it is out of the way. */
  clear(): void {
    this.#told = undefined;
  }
}
