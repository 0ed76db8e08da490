import {
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_MAILBOX_BYTES,
} from "../../protocol/mod.ts";
import {
  LetterTooLargeError,
  MailboxFullError,
  SenderShareError,
} from "./errors.ts";

/** Most bytes of letters at one registry, unless `--mail-max` says otherwise. */
export const DEFAULT_MAX_MAIL_BYTES: number = 1024 * 1024 * 1024;

/** What a letter takes at the registry besides its sealed bytes, in bytes. */
export const LETTER_OVERHEAD_BYTES = 512;

/** The part of a mailbox that a sender may take whose letters wait alone. */
const SOLE_SENDER_SHARE = 3 / 4;

/** The part that a sender may take beside others. */
const SENDER_SHARE = 1 / 4;

/** Below how many bytes a mailbox has little in it. */
const SMALL_MAILBOX_BYTES = 64 * 1024;

/** Letters that wait for one recipient. */
export interface MailboxSize {
  /** How many letters. */
  readonly letters: number;
  /** Their bytes. */
  readonly bytes: number;
}

/** What waits for one recipient, as one sender sees it. */
export interface MailboxUse {
  /** The letters of all senders. */
  readonly all: MailboxSize;
  /** The letters of this sender. */
  readonly own: MailboxSize;
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
 * Checks that there is room for a letter, in the mailbox and in the share of its
 * sender (PROTOCOL.md, "Mailbox"). A sender has three quarters of the mailbox
 * while its letters wait alone. Beside others it has a quarter, but never more
 * than it leaves free: so each sender more finds room, but ever less of it.
 *
 * @param length The length of the letter, in bytes.
 * @throws {MailboxFullError} If there is none.
 */
export function checkRoom({ all, own }: MailboxUse, length: number): void {
  const isSole = own.letters === all.letters;
  const limits = [
    {
      max: MAX_LETTERS_PER_MAILBOX,
      all: all.letters,
      own: own.letters,
      add: 1,
    },
    { max: MAX_MAILBOX_BYTES, all: all.bytes, own: own.bytes, add: length },
  ];
  for (const { max, all, add } of limits) {
    if (all + add > max) throw new MailboxFullError();
  }
  for (const { max, all, own, add } of limits) {
    const share = max * (isSole ? SOLE_SENDER_SHARE : SENDER_SHARE);
    const leavesRoom = isSole || own <= max - all - add;
    if (own + add > share || !leavesRoom) throw new SenderShareError();
  }
}

/**
 * Most bytes of all letters at which one more may be stored for a recipient. The
 * second half is for mailboxes with little in them: many full ones, as of one
 * attacker, leave it to the others.
 *
 * @param all What waits for the recipient.
 * @param maxBytes Most bytes of the letters for all recipients.
 */
export function maxStoredBytes(all: MailboxSize, maxBytes: number): number {
  const bytes = all.bytes + all.letters * LETTER_OVERHEAD_BYTES;
  return bytes < SMALL_MAILBOX_BYTES ? maxBytes : maxBytes / 2;
}

/** What a letter takes at the registry, in bytes. */
export function storedBytes(length: number): number {
  return length + LETTER_OVERHEAD_BYTES;
}
