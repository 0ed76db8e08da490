import { fingerprintOf } from "../../secure/mod.ts";
import {
  FormerKeyError,
  KeyChangedError,
  NotOwnerError,
  UnconfirmedError,
} from "../errors.ts";
import { keyChangedEvent } from "../events.ts";
import type { Acceptance, Admission } from "../trust/mod.ts";
import type { UnsealedLetter } from "./codec.ts";
import type { ReceiveContext } from "./receive.ts";

/** What a {@linkcode SenderCheck} works with. */
export interface SenderCheckContext extends ReceiveContext {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** Decides whose letters are taken. */
  readonly acceptance: Acceptance;
}

/**
 * What becomes of a letter: it is taken, it is held until the user decides about
 * its sender, it is refused and removed, or it stays in the mailbox, since it is
 * not known now whether its sender owns the client ID in it.
 */
export type Verdict = "taken" | "held" | "refused" | UnconfirmedError;

/**
 * Checks that letters are from the owners of the client IDs in them (PROTOCOL.md,
 * "Mailbox"). The registry is asked about each sender once.
 */
export class SenderCheck {
  readonly #context: SenderCheckContext;
  readonly #verdicts = new Map<string, Verdict>();

  /** Has checked nobody yet. */
  constructor(context: SenderCheckContext) {
    this.#context = context;
  }

  /** Checks the sender of a letter; one that is refused is told. */
  async check({ letter, senderKey }: UnsealedLetter): Promise<Verdict> {
    const { from } = letter;
    // A client that is refused does not make this one ask the registry for it.
    const { acceptance } = this.#context;
    const admission = acceptance.admissionOf(from, senderKey, Date.now());
    if (admission === "refuse" || admission === "ignore") return "refused";
    // A receipt is for a message, and that was sealed to a pinned key.
    const isStray = "delivered" in letter &&
      this.#context.knownKeys.keyOf(from) === undefined;
    if (isStray) return "refused";
    const sender = `${from} ${senderKey}`;
    const known = this.#verdicts.get(sender);
    if (known !== undefined) return known;
    try {
      const verdict = await this.#verify(from, senderKey, admission);
      this.#verdicts.set(sender, verdict);
      return verdict;
    } catch (error) {
      if (!(error instanceof KeyChangedError)) throw error;
      this.#context.onEvent(keyChangedEvent(error, "in"));
      return "refused";
    }
  }

  /** @throws {KeyChangedError} If the key is not the pinned one. */
  async #verify(
    from: string,
    key: string,
    admission: Admission,
  ): Promise<Verdict> {
    const { clientID, knownKeys, onEvent } = this.#context;
    try {
      if (from.toLowerCase() === clientID.toLowerCase()) {
        throw new NotOwnerError(
          `the sender claims your own client ID, ${from}`,
        );
      }
      const contact = { by: "letter" } as const;
      const presented = { clientID: from, key, contact };
      const pin = admission === "accept";
      await knownKeys.verifyClaim(presented, { pin });
      return pin ? "taken" : "held";
    } catch (error) {
      if (error instanceof UnconfirmedError) return error;
      // The client deposits what is not acknowledged again, under its new key.
      if (error instanceof FormerKeyError) return "refused";
      if (!(error instanceof NotOwnerError)) throw error;
      const fingerprint = fingerprintOf(key);
      const { message: reason } = error;
      onEvent({ type: "letterRefused", from, fingerprint, reason });
      return "refused";
    }
  }
}
