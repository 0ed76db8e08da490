import type { Address } from "../../net/mod.ts";
import type { Introduction } from "../../protocol/mod.ts";
import { fingerprintOf, type SecureWire } from "../../secure/mod.ts";
import type { Introduce } from "./acceptor.ts";
import type { AttachedLink } from "./attached_link.ts";
import { isOwnID } from "./check_plain.ts";
import type { ConnectContext, DialTarget } from "./context.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { PeerLink } from "../conversation/mod.ts";
import type { PresentedRotation } from "../trust/mod.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

/**
 * Exchanges client IDs after the handshake with a peer that was dialled, and
 * attaches the link to its conversation.
 *
 * @param dialled Where it was dialled.
 * @throws {KeyChangedError} If the peer's key is not the pinned one.
 * @throws {BlockedError} If it is blocked.
 * @throws {PeerError} If it is another peer than the target.
 */
export async function introduceOutbound(
  context: ConnectContext,
  target: DialTarget,
  wire: SecureWire,
  dialled: Address,
): Promise<Party> {
  const link = new PeerLink(wire, context);
  const { knownKeys, acceptance, conversations, addresses } = context;
  const { name } = target;
  try {
    await link.sendChat();
    const { clientID, rotations } = await remoteIntroduction(context, link);
    if (name !== undefined && clientID !== name) {
      throw new PeerError(`the peer claims to be ${clientID}, not ${name}`);
    }
    const { key } = link;
    using _closing = takeKey(context, { clientID, key, rotations });
    acceptance.checkNotBlocked(clientID, key);
    // The registry has named the key of the client that was asked for.
    const isConfirmed = name !== undefined && target.key === key;
    if (isConfirmed) knownKeys.pinOrCheck(clientID, key);
    const contact = { by: "user" } as const;
    await knownKeys.verifyClaim({ clientID, key, contact });
    // The peer has answered CHAT, and with it what that said of an old key.
    context.ownKeys.taken(key, link.ownKey);
    const { party } = conversations.getOrCreate(clientID).attach(link, {
      kind: "direct",
      address: wire.remote,
      direction: "out",
    });
    addresses.met(clientID, dialled, wire.remote);
    return party;
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
 * attaches the link to its conversation, or holds it. Of what goes wrong with a
 * blocked peer nothing is told.
 *
 * @param introduce Is told who has introduced itself.
 * @throws {KeyChangedError} If the peer's key is not the pinned one.
 * @throws {PeerError} If it is not the owner of the client ID that it claims, or
 * calls of such clients are refused.
 */
export async function introduceInbound(
  context: ConnectContext,
  wire: SecureWire,
  introduce: Introduce,
): Promise<AttachedLink> {
  const link = new PeerLink(wire, context);
  const handle = (error: unknown) => {
    if (!context.acceptance.isBlocked(link.key)) throw error;
    link.close();
  };
  try {
    const { ended } = await admit(context, link, wire, introduce);
    return { ended: ended.catch(handle) };
  } catch (error) {
    handle(error);
    return { ended: Promise.resolve() };
  }
}

async function admit(
  context: ConnectContext,
  link: PeerLink,
  { remote }: SecureWire,
  introduce: Introduce,
): Promise<AttachedLink> {
  const { acceptance, strangers, knownKeys } = context;
  const { clientID, rotations } = await remoteIntroduction(context, link);
  const presentedKey = { clientID, key: link.key, rotations };
  using _closing = takeKey(context, presentedKey);
  const admission = acceptance.admissionOf(clientID, link.key, Date.now());
  // A client that is refused does not make this one ask the registry for it.
  if (admission === "refuse") {
    throw new PeerError(
      `${clientID} (${fingerprintOf(link.key)}) is not known, and calls of ` +
        "unknown clients are refused",
    );
  }
  const contact = { by: "call", host: remote.host } as const;
  const presented = { clientID, key: link.key, contact };
  await knownKeys.verifyClaim(presented, { pin: admission === "accept" });
  const { key } = link;
  const isAccepted = () => acceptance.isAccepted(clientID, key);
  introduce({ key, isAccepted });
  await link.sendChat();
  return strangers.admit(link, clientID, remote);
}

/**
 * Takes the new key of a peer, if its old key has signed off on it. The links under
 * the old one are closed when the new one has been attached, or not.
 */
function takeKey(
  { rotations, conversations, knownKeys }: ConnectContext,
  presented: PresentedRotation,
): Disposable {
  const isTaken = rotations.take(presented, Date.now());
  return {
    [Symbol.dispose]: () => {
      if (!isTaken) return;
      const { clientID } = presented;
      const key = knownKeys.keyOf(clientID);
      conversations.closeLinksWithOtherKeys(clientID, key);
    },
  };
}

/**
 * What the peer says of itself, in the time that it has to do so.
 *
 * @throws {PeerError} If it claims none in time, or this client's own.
 */
async function remoteIntroduction(
  context: ConnectContext,
  link: PeerLink,
): Promise<Introduction> {
  const introduction = await withTimeout(
    link.receiveChat(),
    context.timings.introductionTimeoutMs,
  );
  if (introduction === TIMED_OUT) {
    throw new PeerError("the peer sent no client ID (CHAT) in time");
  }
  const { clientID } = introduction;
  if (isOwnID(context, clientID)) {
    throw new PeerError(`the peer claims your own client ID, ${clientID}`);
  }
  return introduction;
}
