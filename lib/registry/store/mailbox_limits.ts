import {
  CODE,
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_MAILBOX_BYTES,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";

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
 * @throws {RegistryError} 413 if it is.
 */
export function checkLetter(length: number): void {
  if (length <= MAX_LETTER_BYTES) return;
  throw new RegistryError(
    CODE.tooLarge,
    `a letter may have at most ${MAX_LETTER_BYTES} bytes, not ${length}`,
  );
}

/**
 * Checks that there is room for a letter.
 *
 * @param length The length of the letter, in bytes.
 * @throws {RegistryError} 507 if there is none.
 */
export function checkRoom(
  { letters, bytes }: MailboxSize,
  length: number,
): void {
  if (
    letters < MAX_LETTERS_PER_MAILBOX && bytes + length <= MAX_MAILBOX_BYTES
  ) return;
  throw new RegistryError(
    CODE.mailboxFull,
    "the recipient's mailbox is full until the recipient is online, or until " +
      "7 days after its oldest letter",
  );
}
