import { DIAL_TIMEOUT_MS } from "../reach/mod.ts";
import type { Address } from "../../net/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import type { ConnectContext, DialTarget, Ending } from "./context.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { PeerLink } from "../conversation/mod.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

/**
 * Goes on after the handshake with somebody who was called.
 *
 * @throws {KeyChangedError} If the key is not the one that they had before.
 * @throws {PeerError} If it is not who was called.
 */
export async function introduceOutbound(
  caller: ConnectContext,
  { name }: DialTarget,
  wire: SecureWire,
): Promise<Party> {
  const link = new PeerLink(wire, caller.clientID);
  try {
    await link.introduce();
    const clientID = await patiently(link.introduced());
    if (name !== undefined && clientID !== name) {
      throw new PeerError(`whoever answers for ${name} says to be ${clientID}`);
    }
    const { remote } = wire;
    return (await begin(caller, link, clientID, remote, "out")).party;
  } catch (error) {
    link.close();
    if (error instanceof PeerError) throw error;
    throw new PeerError(
      "the peer closed the connection at once: it may know you by another key",
    );
  }
}

/**
 * Goes on after the handshake with somebody who calls.
 *
 * @throws {KeyChangedError} If the key is not the one that they had before.
 * @throws {PeerError} If it is not who it says to be.
 */
export async function introduceInbound(
  caller: ConnectContext,
  wire: SecureWire,
): Promise<Ending> {
  const link = new PeerLink(wire, caller.clientID);
  const clientID = await patiently(link.introduced());
  return await begin(caller, link, clientID, wire.remote, "in");
}

/** Takes a link into use once it is certain who is at its other side. */
async function begin(
  { knownKeys, conversations, ...caller }: ConnectContext,
  link: PeerLink,
  clientID: string,
  address: Address,
  direction: Party["direction"],
): Promise<{ party: Party; ended: Promise<void> }> {
  if (clientID === caller.clientID) {
    throw new PeerError(
      `somebody calls under your own client ID, ${clientID}`,
    );
  }
  await knownKeys.verifyClaim(clientID, link.key);
  if (direction === "in") await link.introduce();
  const party: Party = {
    name: clientID,
    clientID,
    address,
    direction,
    protection: knownKeys.protection(clientID),
  };
  return { party, ended: conversations.of(clientID).attach(link, party) };
}

async function patiently<T>(answer: Promise<T>): Promise<T> {
  const value = await withTimeout(answer, DIAL_TIMEOUT_MS);
  if (value !== TIMED_OUT) return value;
  throw new PeerError("the other side does not say who it is");
}
