import { TAG_BYTES } from "./noise/mod.ts";
import { SealError, SecureError } from "./errors.ts";
import type { Identity } from "./identity/mod.ts";
import {
  Handshake,
  KEY_BYTES,
  MAX_NOISE_MESSAGE_BYTES,
  X,
} from "./noise/mod.ts";

/** How much longer than its plaintext a sealed message is, in bytes. */
export const SEAL_OVERHEAD_BYTES: number = 2 * KEY_BYTES + 2 * TAG_BYTES;

/** The longest plaintext that can be sealed, in bytes. */
export const MAX_SEALED_PLAINTEXT_BYTES: number = MAX_NOISE_MESSAGE_BYTES -
  SEAL_OVERHEAD_BYTES;

/** What a sealed text is: one of a kind cannot be opened as one of the other. */
export type SealPurpose = "message" | "rotation";

/** The prologues: they separate the purposes, and other uses of the pattern. */
const PROLOGUES: Readonly<Record<SealPurpose, Uint8Array>> = {
  message: new TextEncoder().encode("p2pchat sealed message 1"),
  rotation: new TextEncoder().encode("p2pchat key rotation 1"),
};

/**
 * Seals a message for a recipient who need not be online: only the holder of the
 * recipient's key can read it, and learns the sender's key (PROTOCOL.md, "Sealed
 * messages"; Noise pattern X). The same plaintext sealed twice looks different.
 *
 * It has two weaknesses that a connection has not: the recipient cannot tell a
 * copy from the original, other than by what is in it; and an attacker who
 * obtains the recipient's private key later can read it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Identity, seal, unseal } from "./mod.ts";
 *
 * const alice = Identity.generate();
 * const bob = Identity.generate();
 * const sealed = seal(bob.publicKey, alice, new TextEncoder().encode("hi"));
 *
 * const { senderKey, plaintext } = unseal(bob, sealed);
 * assertEquals(senderKey, alice.publicKey);
 * assertEquals(new TextDecoder().decode(plaintext), "hi");
 * ```
 *
 * @param recipientKey The recipient's public key, 32 bytes.
 * @param sender The sender's identity.
 * @param plaintext What is sealed, at most `MAX_SEALED_PLAINTEXT_BYTES`.
 * @param purpose What it is for. Default: a message.
 * @throws {SealError} If the plaintext is too long.
 * @throws {InvalidKeyError} If the recipient's key is not a valid one.
 */
export function seal(
  recipientKey: Uint8Array,
  sender: Identity,
  plaintext: Uint8Array,
  purpose: SealPurpose = "message",
): Uint8Array {
  if (plaintext.length > MAX_SEALED_PLAINTEXT_BYTES) {
    throw new SealError(
      `at most ${MAX_SEALED_PLAINTEXT_BYTES} bytes can be sealed`,
    );
  }
  using handshake = new Handshake({
    pattern: X,
    initiator: true,
    prologue: PROLOGUES[purpose],
    staticKeys: sender.keyPair,
    remoteStatic: recipientKey,
  });
  return handshake.write(plaintext);
}

/**
 * Opens what {@linkcode seal} made.
 *
 * @param recipient The recipient's identity.
 * @param sealed The sealed message.
 * @param purpose What it was sealed for. Default: a message.
 * @returns The plaintext, and the key of its sender, 32 bytes.
 * @throws {SealError} If it was sealed to another key or for another purpose, or
 * altered.
 */
export function unseal(
  recipient: Identity,
  sealed: Uint8Array,
  purpose: SealPurpose = "message",
): { senderKey: Uint8Array; plaintext: Uint8Array } {
  using handshake = new Handshake({
    pattern: X,
    initiator: false,
    prologue: PROLOGUES[purpose],
    staticKeys: recipient.keyPair,
  });
  try {
    const plaintext = handshake.read(sealed);
    const senderKey = handshake.remoteStatic;
    if (senderKey === undefined) {
      throw new SealError("the sender's key is missing");
    }
    return { senderKey, plaintext };
  } catch (cause) {
    if (!(cause instanceof SecureError)) throw cause;
    throw new SealError(
      "a sealed message was sealed to another key, or altered",
      { cause },
    );
  }
}
