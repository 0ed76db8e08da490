import { TAG_BYTES } from "./noise/mod.ts";
import { SealError, SecureError } from "./errors.ts";
import type { Identity } from "./identity/mod.ts";
import {
  Handshake,
  KEY_BYTES,
  MAX_NOISE_MESSAGE_BYTES,
  X,
} from "./noise/mod.ts";

/** How many bytes a sealed message is longer than its text. */
export const SEAL_OVERHEAD_BYTES: number = 2 * KEY_BYTES + 2 * TAG_BYTES;

/** The longest text that can be sealed, in bytes. */
export const MAX_SEALED_PLAINTEXT_BYTES: number = MAX_NOISE_MESSAGE_BYTES -
  SEAL_OVERHEAD_BYTES;

/** The prologue: what is sealed for this purpose is good for no other. */
const PROLOGUE = new TextEncoder().encode("p2pchat sealed message 1");

/**
 * Seals a text for somebody who need not be there: only the holder of the
 * recipient's key can read it, and sees whose it is (PROTOCOL.md, "Sealed
 * messages"; Noise pattern X). The same text sealed twice looks different.
 *
 * Two things it cannot do, which a connection does: the recipient cannot tell
 * a copy from the original, and must look for that inside; and whoever gets
 * hold of the recipient's private key later can read it.
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
 * @param sender Whose text it is.
 * @param plaintext The text, at most `MAX_SEALED_PLAINTEXT_BYTES` bytes.
 * @throws {SealError} If the text is too long.
 * @throws {InvalidKeyError} If the recipient's key cannot be one.
 */
export function seal(
  recipientKey: Uint8Array,
  sender: Identity,
  plaintext: Uint8Array,
): Uint8Array {
  if (plaintext.length > MAX_SEALED_PLAINTEXT_BYTES) {
    throw new SealError(
      `at most ${MAX_SEALED_PLAINTEXT_BYTES} bytes can be sealed`,
    );
  }
  using handshake = new Handshake({
    pattern: X,
    initiator: true,
    prologue: PROLOGUE,
    staticKeys: sender.keyPair,
    remoteStatic: recipientKey,
  });
  return handshake.write(plaintext);
}

/**
 * Opens what {@linkcode seal} made.
 *
 * @param recipient Who it is for.
 * @param sealed The sealed message.
 * @returns The text, and the key of its sender, 32 bytes.
 * @throws {SealError} If it is for somebody else, or was altered.
 */
export function unseal(
  recipient: Identity,
  sealed: Uint8Array,
): { senderKey: Uint8Array; plaintext: Uint8Array } {
  using handshake = new Handshake({
    pattern: X,
    initiator: false,
    prologue: PROLOGUE,
    staticKeys: recipient.keyPair,
  });
  try {
    const plaintext = handshake.read(sealed);
    const senderKey = handshake.remoteStatic;
    if (senderKey === undefined) throw new SealError("the sender is missing");
    return { senderKey, plaintext };
  } catch (cause) {
    if (!(cause instanceof SecureError)) throw cause;
    throw new SealError(
      "a sealed message is for somebody else, or was altered",
      { cause },
    );
  }
}
