import {
  decodeLetter,
  encodeLetter,
  type LetterContent,
} from "../../protocol/mod.ts";
import {
  type Identity,
  MAX_SEALED_PLAINTEXT_BYTES,
  seal,
  unseal,
} from "../../secure/mod.ts";
import { MailboxError } from "../errors.ts";

/** The content of an opened letter, and the key of its sender. */
export interface UnsealedLetter {
  /** What the letter says. */
  readonly letter: LetterContent;
  /** The key of its sender, in base64. */
  readonly senderKey: string;
}

/**
 * Seals a letter for the holder of a key (PROTOCOL.md, "Mailbox").
 *
 * @param key The recipient's key, in base64.
 * @throws {MailboxError} If the letter is too long to be sealed.
 */
export function sealLetter(
  key: string,
  sender: Identity,
  letter: LetterContent,
): Uint8Array {
  const bytes = encodeLetter(letter);
  if (bytes.length > MAX_SEALED_PLAINTEXT_BYTES) {
    throw new MailboxError(
      "the message is too long for the recipient's mailbox: it waits until the " +
        "recipient is online",
    );
  }
  return seal(Uint8Array.fromBase64(key), sender, bytes);
}

/**
 * Opens what {@linkcode sealLetter} made.
 *
 * @throws {SealError} If it is for another key, or was altered.
 * @throws {ProtocolError | FramingError} If what was sealed is not a letter.
 */
export function unsealLetter(
  recipient: Identity,
  sealed: Uint8Array,
): UnsealedLetter {
  const { plaintext, senderKey } = unseal(recipient, sealed);
  return { letter: decodeLetter(plaintext), senderKey: senderKey.toBase64() };
}
