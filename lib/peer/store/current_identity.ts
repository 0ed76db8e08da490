import { Identity } from "../../secure/mod.ts";
import type { OwnKeyStore } from "./own_keys.ts";

/**
 * The identity that is in force in the place of one that may have been replaced.
 *
 * @returns The same identity if it was not replaced; undefined if it was, and the
 * new one is not in the store any more.
 */
export function currentIdentity(
  ownKeys: OwnKeyStore,
  identity: Identity,
): Identity | undefined {
  let current = identity;
  for (;;) {
    const successor = ownKeys.successorOf(current.publicKey.toBase64());
    if (successor === undefined) return current;
    if (successor.privateKey === undefined) return undefined;
    current = Identity.fromPrivateKey(successor.privateKey);
    successor.privateKey.fill(0);
  }
}
