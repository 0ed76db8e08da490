import { dial } from "../reach/mod.ts";
import { encodeMessage, Message } from "../../framing/mod.ts";
import { formatAddress, type TcpWire, type Wire } from "../../net/mod.ts";
import type { ConnectContext, DialTarget, Ending } from "./context.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { PlainLink } from "../plain/mod.ts";
import { withTimeout } from "../../async/mod.ts";

/** How long a caller in plain has to say who it is, in ms. */
export const INTRODUCTION_TIMEOUT_MS = 500;

/** How long a caller that is not let in has to read why, in ms. */
const FAREWELL = 1000;

/**
 * Calls somebody in plain.
 *
 * @throws {PeerError} If nobody can be reached there.
 */
export async function connectPlain(
  caller: ConnectContext,
  { address, name }: DialTarget,
): Promise<Party> {
  const wire = await dial(address, name ?? "the peer", caller.signal);
  const { plainConversations } = caller;
  const link = new PlainLink(wire, selfAt(wire, caller), (said) => {
    if (name === undefined) {
      conversation.rename(plainConversations.unused(said));
    }
  });
  const conversation = plainConversations.begin(link);
  try {
    await link.open();
  } catch {
    conversation.abandon();
    throw new PeerError("the peer closed the connection at once");
  }
  return plainConversations.announce(conversation, {
    name: name ?? formatAddress(wire.remote),
    address: wire.remote,
    direction: "out",
    protection: "unencrypted",
  });
}

/**
 * Answers a caller in plain.
 *
 * @param wire Where its bytes are read and written.
 * @param connection The connection under it.
 */
export async function acceptPlain(
  caller: ConnectContext,
  wire: Wire,
  connection: TcpWire,
): Promise<Ending> {
  let name: string | undefined;
  const { plainConversations } = caller;
  const link = new PlainLink(wire, selfAt(connection, caller), (said) => {
    name = said;
    conversation.rename(plainConversations.unused(said));
  });
  const conversation = plainConversations.begin(link);
  await withTimeout(
    Promise.race([link.introduced, conversation.ended]),
    INTRODUCTION_TIMEOUT_MS,
  );
  plainConversations.announce(conversation, {
    name: name ?? formatAddress(wire.remote),
    address: wire.remote,
    direction: "in",
    protection: "unencrypted",
  });
  return conversation;
}

/** Tells a caller in plain that it is not let in. */
export async function rejectPlain(
  caller: ConnectContext,
  wire: Wire,
): Promise<void> {
  caller.onEvent({
    type: "refused",
    address: wire.remote,
    reason: "somebody wants to talk in plain, which is not encrypted",
  });
  await reject(wire, 403, "this peer only talks encrypted");
}

/** Tells a caller why it is not let in; it has a moment to read that. */
export async function reject(
  wire: Wire,
  code: number,
  reason: string,
): Promise<void> {
  const error = new Message("ERROR", [
    ["Code", String(code)],
    ["Reason", reason],
  ]);
  const timer = setTimeout(() => wire.close(), FAREWELL);
  try {
    await wire.write(encodeMessage(error));
    await wire.closeWrite();
    // To close on what was not read would take the answer with it.
    while (await wire.read() !== undefined);
  } finally {
    clearTimeout(timer);
    wire.close();
  }
}

/** Who this peer is, to those at the other end of a connection. */
function selfAt({ local }: TcpWire, { clientID, port }: ConnectContext) {
  return { clientID, address: { host: local.host, port } };
}
