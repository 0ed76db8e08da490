import { PeerError } from "../errors.ts";
import type { ConnectContext } from "./context.ts";

/**
 * Checks that the peer that was dialled is another one.
 *
 * @param key The key that it has proved.
 * @throws {PeerError} If it is this client's own.
 */
export function checkNotSelf(
  { ownKeys }: ConnectContext,
  key: Uint8Array,
): void {
  if (key.toBase64() !== ownKeys.publicKey) return;
  throw new PeerError(
    "the peer at that address is this client itself: name another one",
  );
}
