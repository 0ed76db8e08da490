import { LETTER_TTL_S, MAX_LETTER_BYTES } from "../../protocol/mod.ts";

const DAY_S = 24 * 60 * 60;

/** A letter that is too large for any mailbox. */
export class LetterTooLargeError extends Error {
  /** An error for a letter of a length, in bytes. */
  constructor(length: number) {
    super(
      `a letter may have at most ${MAX_LETTER_BYTES} bytes, not ${length}`,
    );
    this.name = new.target.name;
  }
}

/** A mailbox that has no room for one more letter. */
export class MailboxFullError extends Error {
  /** An error that says when there is room again. */
  constructor() {
    super(
      "the recipient's mailbox is full until the recipient is online, or " +
        `until ${LETTER_TTL_S / DAY_S} days after its oldest letter`,
    );
    this.name = new.target.name;
  }
}
