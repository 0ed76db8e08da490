import { StorageError } from "../../storage/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import { keyChangedEvent, type PeerEvent } from "../events.ts";

/** Reports why messages to a peer wait: a reason once, until there is another. */
export class Notice {
  readonly #to: string;
  readonly #onEvent: (event: PeerEvent) => void;
  #reported: string | undefined;

  /**
   * A notice for one recipient.
   *
   * @param to The peer's client ID.
   */
  constructor(to: string, onEvent: (event: PeerEvent) => void) {
    this.#to = to;
    this.#onEvent = onEvent;
  }

  /**
   * Reports an error that keeps messages from being sent.
   *
   * @throws Any other error: it is a fault of this program.
   */
  report(error: unknown): void {
    if (!(error instanceof PeerError || error instanceof StorageError)) {
      throw error;
    }
    const { message: reason } = error;
    if (reason === this.#reported) return;
    this.#reported = reason;
    this.#onEvent(
      error instanceof KeyChangedError
        ? keyChangedEvent(error)
        : { type: "waiting", to: this.#to, reason },
    );
  }

  /** Notes that messages can be sent again. */
  clear(): void {
    this.#reported = undefined;
  }
}
