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
  /**
   * An error that says when there is room again.
   *
   * @param reason It, as a sentence. Default: the whole mailbox is full.
   */
  constructor(
    reason = "the recipient's mailbox is full until the recipient is online, " +
      `or until ${LETTER_TTL_S / DAY_S} days after its oldest letter`,
  ) {
    super(reason);
    this.name = new.target.name;
  }
}

/** A mailbox that has no room for one more letter of this sender. */
export class SenderShareError extends MailboxFullError {
  /** An error that says when there is room again. */
  constructor() {
    super(
      "your letters take all the room that one sender has in the recipient's " +
        "mailbox: there is room again when the recipient is online, or " +
        `${LETTER_TTL_S / DAY_S} days after your oldest letter`,
    );
  }
}

/** A registry that has no room for one more letter, for any recipient. */
export class MailFullError extends MailboxFullError {
  /** An error that says what to do. */
  constructor() {
    super("this registry has no room for more letters: try again later");
  }
}
