import type { Pins } from "../store/mod.ts";

/**
 * Whose calls and letters a peer takes: those of all clients, or only those of
 * the clients that its user has accepted.
 */
export type AcceptPolicy = "all" | "known";

/** The values of {@linkcode AcceptPolicy}. */
export const ACCEPT_POLICIES: readonly AcceptPolicy[] = ["all", "known"];

/** What becomes of the call or letter of a client. */
export type Admission =
  /** It is taken. */
  | "accept"
  /** It is refused: the caller learns only a key, and the letter is removed. */
  | "refuse";

/**
 * Decides whose calls and letters a peer takes (SECURITY.md, "Strangers"). The
 * user accepts a client by calling it, by writing to it, or with a command.
 */
export class Acceptance {
  readonly #policy: AcceptPolicy;
  readonly #pins: Pins;

  /** Decides by a policy, and by whom the user has accepted so far. */
  constructor(policy: AcceptPolicy, pins: Pins) {
    this.#policy = policy;
    this.#pins = pins;
  }

  /** Whether calls in plaintext are taken, whose callers nobody can know. */
  get takesPlain(): boolean {
    return this.#policy === "all";
  }

  /** What becomes of a call or letter of a client, before its key is verified. */
  admissionOf(clientID: string): Admission {
    return this.#policy === "all" || this.#pins.isAccepted(clientID)
      ? "accept"
      : "refuse";
  }

  /**
   * Notes that the user accepts a client, if its key is pinned.
   *
   * @throws {StorageError} If that could not be stored.
   */
  accept(clientID: string): void {
    if (!this.#pins.isAccepted(clientID)) this.#pins.accept(clientID);
  }
}
