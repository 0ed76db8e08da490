import type { Address } from "../../net/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import type { AttachedLink, ConnectContext, DialTarget } from "./context.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { PeerLink } from "../conversation/mod.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

/**
 * Exchanges client IDs after the handshake with a peer that was dialled, and
 * attaches the link to its conversation.
 *
 * @throws {KeyChangedError} If the peer's key is not the pinned one.
 * @throws {PeerError} If it is another peer than the target.
 */
export async function introduceOutbound(
  context: ConnectContext,
  { name }: DialTarget,
  wire: SecureWire,
): Promise<Party> {
  const link = new PeerLink(wire, context.clientID);
  try {
    await link.introduce();
    const clientID = await remoteClientID(context, link);
    if (name !== undefined && clientID !== name) {
      throw new PeerError(`whoever answers for ${name} says to be ${clientID}`);
    }
    const { remote } = wire;
    return (await attachLink(context, link, clientID, remote, "out")).party;
  } catch (error) {
    link.close();
    if (error instanceof PeerError) throw error;
    throw new PeerError(
      "the peer closed the connection at once: it may know you by another key",
    );
  }
}

/**
 * The same after the handshake with a peer that has connected.
 *
 * @throws {KeyChangedError} If the peer's key is not the pinned one.
 * @throws {PeerError} If it is not the owner of the client ID that it claims.
 */
export async function introduceInbound(
  context: ConnectContext,
  wire: SecureWire,
): Promise<AttachedLink> {
  const link = new PeerLink(wire, context.clientID);
  const clientID = await remoteClientID(context, link);
  return await attachLink(context, link, clientID, wire.remote, "in");
}

/** Attaches a link to its conversation once the peer's claim is verified. */
async function attachLink(
  { knownKeys, conversations, clientID: ownID }: ConnectContext,
  link: PeerLink,
  clientID: string,
  address: Address,
  direction: Party["direction"],
): Promise<{ party: Party; ended: Promise<void> }> {
  if (clientID === ownID) {
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

/** The client ID that the peer claims, in the time that it has to do so. */
async function remoteClientID(
  { timings }: ConnectContext,
  link: PeerLink,
): Promise<string> {
  const clientID = await withTimeout(
    link.introduced(),
    timings.introductionTimeoutMs,
  );
  if (clientID !== TIMED_OUT) return clientID;
  throw new PeerError("the other side does not say who it is");
}
