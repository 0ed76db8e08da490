import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { fingerprintOf } from "../../secure/mod.ts";
import { KeyChangedError } from "../errors.ts";
import type { KnownKeys } from "../trust/mod.ts";

/** How {@linkcode retryWithNewKey} finds out about a new key. */
export interface NewKeyOptions {
  /** Knows the keys of the peers. */
  readonly knownKeys: Pick<KnownKeys, "keyOf">;
  /** Collects the letters of this peer, of which one may state a new key. */
  readonly collect: () => Promise<void>;
  /** How long that may take, in ms. */
  readonly timeoutMs: number;
}

/**
 * Connects to a peer. If that has another key than the known one, its statement
 * about that may wait in the mailbox: then it is read, and the peer called again
 * (PROTOCOL.md, "Key rotation").
 *
 * @throws {KeyChangedError} If no statement says that the new key is its own.
 */
export async function retryWithNewKey<T>(
  connect: () => Promise<T>,
  { knownKeys, collect, timeoutMs }: NewKeyOptions,
): Promise<T> {
  try {
    return await connect();
  } catch (error) {
    if (!(error instanceof KeyChangedError)) throw error;
    if (await withTimeout(collect(), timeoutMs) === TIMED_OUT) throw error;
    const key = knownKeys.keyOf(error.owner);
    if (key && fingerprintOf(key) === error.fingerprint) return await connect();
    throw error;
  }
}
