import { formatAddress, type TcpWire, type Wire } from "../../net/mod.ts";
import { dialTarget } from "./dial_target.ts";
import { checkPlain, isOwnID } from "./check_plain.ts";
import type { AttachedLink } from "./attached_link.ts";
import type { ConnectContext, DialTarget } from "./context.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { PlainLink, plainName } from "../plain/mod.ts";
import { CODE, type ErrorReply } from "../../protocol/mod.ts";
import { reject } from "./reject.ts";
import { withTimeout } from "../../async/mod.ts";

/** The answer to a peer that gives itself this peer's own client ID. */
const OWN_ID: ErrorReply = {
  code: CODE.forbidden,
  reason: "that client ID is this peer's own: use another",
};

/**
 * Dials a peer and opens a conversation in plaintext.
 *
 * @throws {PeerError} If it cannot be reached, or may not be called in plain.
 */
export async function connectPlain(
  context: ConnectContext,
  target: DialTarget,
): Promise<Party> {
  for (const { address } of target.candidates) {
    checkPlain(context, target, address);
  }
  const { wire } = await dialTarget(context, target);
  return await talkPlain(context, target, wire, wire);
}

/**
 * Opens a conversation in plaintext on a connection to a peer.
 *
 * @param wire Where its bytes are read and written.
 * @param connection The connection under it.
 * @throws {PeerError} If the peer closes it at once, or may not be talked to in
 * plain.
 */
export async function talkPlain(
  context: ConnectContext,
  target: DialTarget,
  wire: Wire,
  connection: TcpWire,
): Promise<Party> {
  try {
    checkPlain(context, target, wire.remote);
  } catch (error) {
    wire.close();
    throw error;
  }
  const { name } = target;
  const link = new PlainLink(wire, {
    ...localClient(connection, context),
    onClientID: (clientID) => {
      // A program may send back what it has read.
      if (name !== undefined || isOwnID(context, clientID)) return;
      context.contacts.meet(plainName(clientID), "user");
      conversation.rename(plainName(clientID));
    },
  });
  const conversation = context.conversations.addPlain(link);
  try {
    await link.open();
  } catch {
    conversation.abandon();
    throw new PeerError("the peer closed the connection immediately");
  }
  if (name !== undefined) context.contacts.meet(plainName(name), "user");
  return conversation.announce({
    name: name === undefined ? formatAddress(wire.remote) : plainName(name),
    address: wire.remote,
    direction: "out",
    protection: "unencrypted",
  });
}

/**
 * Accepts a connection as a conversation in plaintext, or holds it, unless the
 * peer gives itself this peer's own client ID.
 *
 * @param wire Where its bytes are read and written.
 * @param connection The connection under it.
 */
export async function acceptPlain(
  context: ConnectContext,
  wire: Wire,
  connection: TcpWire,
): Promise<AttachedLink> {
  let name: string | undefined;
  const { clientID: ownID, timings, acceptance, contacts, strangers } = context;
  const claimsOwnID = `the peer claims your own client ID, ${ownID}`;
  const link = new PlainLink(wire, {
    ...localClient(connection, context),
    onClientID: (clientID) => {
      if (isOwnID(context, clientID)) {
        return conversation.refuse(OWN_ID, claimsOwnID);
      }
      name = plainName(clientID);
      if (conversation.party !== undefined) context.contacts.meet(name, "call");
      conversation.rename(name);
    },
  });
  const conversation = context.conversations.addPlain(link);
  await withTimeout(
    Promise.race([link.firstInput, conversation.ended]),
    timings.plainIntroductionTimeoutMs,
  );
  if (conversation.isRefused) {
    const { remote: address } = wire;
    context.onEvent({ type: "refused", address, reason: claimsOwnID });
    return conversation;
  }
  const { remote: address } = wire;
  const announce = () =>
    conversation.announce({
      name: name ?? formatAddress(address),
      address,
      direction: "in",
      protection: "unencrypted",
    });
  if (acceptance.plainAdmission === "accept") {
    if (name !== undefined) contacts.meet(name, "call");
    announce();
  } else {
    strangers.holdPlain({
      name: name ?? formatAddress(address),
      address,
      accept: announce,
      decline: () => conversation.hangUp(),
      ended: conversation.ended,
    });
  }
  return conversation;
}

/** Rejects a connection in plaintext. */
export async function rejectPlain(
  context: ConnectContext,
  wire: Wire,
): Promise<void> {
  context.onEvent({
    type: "refused",
    address: wire.remote,
    reason: context.plain
      ? "the peer speaks the plain protocol, in which no client is known"
      : "the peer speaks the plain protocol, which is not encrypted",
  });
  await reject(wire, {
    code: CODE.forbidden,
    reason: "this peer accepts only encrypted connections",
  }, context.timings.rejectLingerMs);
}

/** This client, as the peer at the other end of a connection sees it. */
function localClient(
  { local }: TcpWire,
  { clientID, port, timings }: ConnectContext,
) {
  return { clientID, address: { host: local.host, port }, timings };
}
