import { StorageError } from "../../storage/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import { keyChangedEvent, type PeerEvent } from "../events.ts";

/** Most keys of which it is remembered that they were reported. */
const MAX_REPORTED_KEYS = 64;

/** Reports why messages to a peer wait: a reason once, until there is another. */
export class Notice {
  readonly #to: string;
  readonly #onEvent: (event: PeerEvent) => void;
  #reported: string | undefined;
  /** The fingerprints of other keys that have been reported. */
  readonly #reportedKeys = new Set<string>();

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
    if (error instanceof KeyChangedError) return this.#reportKey(error);
    const { message: reason } = error;
    if (reason === this.#reported) return;
    this.#reported = reason;
    this.#onEvent({ type: "waiting", to: this.#to, reason });
  }

  /** Notes that messages can be sent again. */
  clear(): void {
    this.#reported = undefined;
  }

  /** Notes that there is a link to the peer: another key is reported anew. */
  linked(): void {
    this.clear();
    this.#reportedKeys.clear();
  }

  #reportKey(error: KeyChangedError): void {
    const { fingerprint } = error;
    if (this.#reportedKeys.has(fingerprint)) return;
    if (this.#reportedKeys.size < MAX_REPORTED_KEYS) {
      this.#reportedKeys.add(fingerprint);
    }
    this.#onEvent(keyChangedEvent(error, "out"));
  }
}
