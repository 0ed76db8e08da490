import { FramingError } from "../framing/mod.ts";
import {
  decodeRotation,
  encodeRotation,
  ProtocolError,
  type Rotation,
} from "../protocol/mod.ts";
import { SealError } from "./errors.ts";
import type { Identity } from "./identity/mod.ts";
import { seal, unseal } from "./seal.ts";

/** Which change of a client's key statements are to prove. */
export interface KeyChange {
  /** The client ID whose key it is. */
  readonly clientID: string;
  /** The key by which the recipient knows the client, in base64. */
  readonly fromKey: string;
  /** The key that the client has proved now, in base64. */
  readonly toKey: string;
}

/**
 * Seals the statement that a new key takes the place of an old one, for one
 * recipient (PROTOCOL.md, "Key rotation").
 *
 * @param recipientKey The public key of the recipient, 32 bytes.
 * @param old The identity whose key is replaced.
 * @throws {InvalidKeyError} If the recipient's key is not a valid one.
 */
export function sealRotation(
  recipientKey: Uint8Array,
  old: Identity,
  rotation: Rotation,
): Uint8Array {
  return seal(recipientKey, old, encodeRotation(rotation), "rotation");
}

/**
 * Whether statements prove that a key took the place of another, directly or
 * with others between them (PROTOCOL.md, "Key rotation"). Those that came before
 * the known key, or that are for other keys, are passed over.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Identity, isRotated, sealRotation } from "./mod.ts";
 *
 * const [old, next, bob] = [1, 2, 3].map(() => Identity.generate());
 * assert(old !== undefined && next !== undefined && bob !== undefined);
 * const toKey = next.publicKey.toBase64();
 * const rotation = { clientID: "alice", newKey: toKey };
 * const statement = sealRotation(bob.publicKey, old, rotation);
 *
 * const fromKey = old.publicKey.toBase64();
 * assert(isRotated([bob], [statement], { clientID: "alice", fromKey, toKey }));
 * ```
 *
 * @param recipients The identities of the recipient: its own, and any that it
 * had before.
 * @param statements The sealed statements, the oldest first.
 */
export function isRotated(
  recipients: readonly Identity[],
  statements: readonly Uint8Array[],
  { clientID, fromKey, toKey }: KeyChange,
): boolean {
  let key = fromKey;
  for (const statement of statements) {
    const opened = openRotation(recipients, statement);
    if (opened?.clientID !== clientID || opened.oldKey !== key) continue;
    key = opened.newKey;
  }
  return key !== fromKey && key === toKey;
}

/** A statement that has been opened. */
interface OpenedRotation extends Rotation {
  /** The key that it was sealed with, in base64. */
  readonly oldKey: string;
}

/** Opens a statement; undefined if it is for another key, or is none. */
function openRotation(
  recipients: readonly Identity[],
  statement: Uint8Array,
): OpenedRotation | undefined {
  for (const recipient of recipients) {
    try {
      const { plaintext, senderKey } = unseal(recipient, statement, "rotation");
      const oldKey = senderKey.toBase64();
      return { ...decodeRotation(plaintext), oldKey };
    } catch (error) {
      const isUnreadable = error instanceof SealError ||
        error instanceof ProtocolError || error instanceof FramingError;
      if (!isUnreadable) throw error;
    }
  }
  return undefined;
}
