import {
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_MAILBOX_BYTES,
} from "../../protocol/mod.ts";
import { LetterTooLargeError, MailboxFullError } from "./errors.ts";

/** What waits for one recipient. */
export interface MailboxSize {
  /** How many letters. */
  readonly letters: number;
  /** Their bytes. */
  readonly bytes: number;
}

/**
 * Checks that a letter is not too large for any mailbox.
 *
 * @param length The length of the letter, in bytes.
 * @throws {LetterTooLargeError} If it is.
 */
export function checkLetter(length: number): void {
  if (length > MAX_LETTER_BYTES) throw new LetterTooLargeError(length);
}

/**
 * Checks that there is room for a letter.
 *
 * @param length The length of the letter, in bytes.
 * @throws {MailboxFullError} If there is none.
 */
export function checkRoom(
  { letters, bytes }: MailboxSize,
  length: number,
): void {
  const hasRoom = letters < MAX_LETTERS_PER_MAILBOX &&
    bytes + length <= MAX_MAILBOX_BYTES;
  if (!hasRoom) throw new MailboxFullError();
}
