import {
  type CollectReply,
  MAX_LETTERS_PER_MAILBOX,
  MAX_MAILBOX_BYTES,
} from "../../protocol/mod.ts";
import { protocolViolation } from "../errors.ts";

/**
 * By how much one collection may exceed what a mailbox holds: letters may come
 * while it is under way.
 */
const SURPLUS_FACTOR = 2;

/**
 * Holds the replies to COLLECT, from the first to the one without letters, to
 * what a mailbox can hold: a registry may send letters without end.
 */
export class CollectionLimits {
  #letters = 0;
  #bytes = 0;

  /**
   * Checks the next reply.
   *
   * @throws {ProtocolViolationError} If no mailbox can hold its letters.
   */
  check(letters: CollectReply): void {
    this.#letters += letters.length;
    for (const { sealed } of letters) this.#bytes += sealed.length;
    const isTooMuch =
      this.#letters > SURPLUS_FACTOR * MAX_LETTERS_PER_MAILBOX ||
      this.#bytes > SURPLUS_FACTOR * MAX_MAILBOX_BYTES;
    if (isTooMuch) {
      throw protocolViolation(
        "the registry",
        "it sends more letters than a mailbox holds",
      );
    }
  }
}
