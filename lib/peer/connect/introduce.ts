import { fingerprintOf, type SecureWire } from "../../secure/mod.ts";
import type { AttachedLink } from "./attached_link.ts";
import type { ConnectContext, DialTarget } from "./context.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { type Attachment, PeerLink } from "../conversation/mod.ts";
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
  target: DialTarget,
  wire: SecureWire,
): Promise<Party> {
  const link = new PeerLink(wire, context);
  const { name } = target;
  try {
    await link.sendChat();
    const clientID = await remoteClientID(context, link);
    if (name !== undefined && clientID !== name) {
      throw new PeerError(`the peer claims to be ${clientID}, not ${name}`);
    }
    const origin = { address: wire.remote, direction: "out" } as const;
    // The registry has named the key of the client that was asked for.
    const isConfirmed = name !== undefined && target.key === link.key;
    if (isConfirmed) context.knownKeys.pinOrCheck(clientID, link.key);
    return (await attachLink(context, link, clientID, origin)).party;
  } catch (error) {
    link.close();
    if (error instanceof PeerError) throw error;
    throw new PeerError(
      "the peer closed the connection during the handshake: it may refuse " +
        "calls of clients that it does not know, or have pinned another key " +
        "of this client",
    );
  }
}

/**
 * Exchanges client IDs after the handshake with a peer that has connected, and
 * attaches the link to its conversation.
 *
 * @throws {KeyChangedError} If the peer's key is not the pinned one.
 * @throws {PeerError} If it is not the owner of the client ID that it claims, or
 * calls of such clients are refused.
 */
export async function introduceInbound(
  context: ConnectContext,
  wire: SecureWire,
): Promise<AttachedLink> {
  const link = new PeerLink(wire, context);
  const clientID = await remoteClientID(context, link);
  const { acceptance, strangers, knownKeys } = context;
  const admission = acceptance.admissionOf(clientID, link.key, Date.now());
  // A client that is refused does not make this one ask the registry for it.
  if (admission === "refuse") {
    throw new PeerError(
      `${clientID} (${fingerprintOf(link.key)}) is not known, and calls of ` +
        "unknown clients are refused",
    );
  }
  const origin = { address: wire.remote, direction: "in" } as const;
  if (admission === "accept") {
    return await attachLink(context, link, clientID, origin);
  }
  const contact = { by: "call", host: wire.remote.host } as const;
  const presented = { clientID, key: link.key, contact };
  await knownKeys.verifyClaim(presented, { pin: false });
  await link.sendChat();
  return strangers.hold(link, clientID, wire.remote);
}

/** Attaches a link to its conversation once the peer's claim is verified. */
async function attachLink(
  { knownKeys, conversations }: ConnectContext,
  link: PeerLink,
  clientID: string,
  origin: Pick<Party, "address" | "direction">,
): Promise<Attachment> {
  const { key } = link;
  const contact = origin.direction === "out"
    ? { by: "user" } as const
    : { by: "call", host: origin.address.host } as const;
  await knownKeys.verifyClaim({ clientID, key, contact });
  if (origin.direction === "in") await link.sendChat();
  return conversations.getOrCreate(clientID).attach(link, {
    kind: "direct",
    ...origin,
  });
}

/**
 * The client ID that the peer claims, in the time that it has to do so.
 *
 * @throws {PeerError} If it claims none in time, or this client's own.
 */
async function remoteClientID(
  { timings, clientID: ownID }: ConnectContext,
  link: PeerLink,
): Promise<string> {
  const clientID = await withTimeout(
    link.receiveChat(),
    timings.introductionTimeoutMs,
  );
  if (clientID === TIMED_OUT) {
    throw new PeerError("the peer sent no client ID (CHAT) in time");
  }
  if (clientID === ownID) {
    throw new PeerError(`the peer claims your own client ID, ${clientID}`);
  }
  return clientID;
}
