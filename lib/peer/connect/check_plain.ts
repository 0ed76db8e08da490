import { type Address, formatAddress } from "../../net/mod.ts";
import { DowngradeError, KnownAddressError, ownClientID } from "../errors.ts";
import type { ConnectContext, DialTarget } from "./context.ts";

/**
 * Checks that a peer may be talked to in plaintext at an address: no key of it
 * is known, nor that of a client which was met there.
 *
 * @throws {KnownAddressError} If such a client was met there.
 * @throws {PeerError} If it is this peer, or its key is known.
 */
export function checkPlain(
  context: ConnectContext,
  { name }: DialTarget,
  address: Address,
): void {
  if (name !== undefined) {
    if (isOwnID(context, name)) throw ownClientID(name);
    if (context.knownKeys.keyOf(name) !== undefined) {
      throw new DowngradeError(`${name} at ${formatAddress(address)}`);
    }
  }
  const client = context.addresses.clientAt(address);
  if (client === undefined) return;
  throw new KnownAddressError(formatAddress(address), client);
}

/**
 * Whether a client ID is this peer's own, also where upper and lower case
 * differ: nothing in plaintext proves whose it is, and a registry gives both to
 * one key.
 */
export function isOwnID(
  { clientID }: ConnectContext,
  claimed: string,
): boolean {
  return claimed.toLowerCase() === clientID.toLowerCase();
}
