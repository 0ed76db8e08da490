import {
  encodeMessage,
  formatAddress,
  Message,
  type TcpWire,
  type Wire,
} from "../framing/mod.ts";
import type { Callee, Caller, Ending } from "./caller.ts";
import { dial } from "./dial.ts";
import { PeerError } from "./errors.ts";
import type { Party } from "./events.ts";
import { PlainLink } from "./plain_link.ts";
import { within } from "./within.ts";

/** How long a caller in plain has to say who it is, in ms. */
export const INTRODUCTION = 500;

/** How long a caller that is not let in has to read why, in ms. */
const FAREWELL = 1000;

/**
 * Calls somebody in plain.
 *
 * @throws {PeerError} If nobody can be reached there.
 */
export async function callInPlain(
  caller: Caller,
  { address, name }: Callee,
): Promise<Party> {
  const wire = await dial(address, name ?? "the peer", caller.signal);
  const { conversations } = caller;
  const link = new PlainLink(wire, selfAt(wire, caller), (said) => {
    if (name === undefined) conversation.rename(conversations.unused(said));
  });
  const conversation = conversations.begin(link);
  try {
    await link.open();
  } catch {
    conversation.abandon();
    throw new PeerError("the peer closed the connection at once");
  }
  return conversations.announce(conversation, {
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
export async function answerInPlain(
  caller: Caller,
  wire: Wire,
  connection: TcpWire,
): Promise<Ending> {
  let name: string | undefined;
  const { conversations } = caller;
  const link = new PlainLink(wire, selfAt(connection, caller), (said) => {
    name = said;
    conversation.rename(conversations.unused(said));
  });
  const conversation = conversations.begin(link);
  await within(
    Promise.race([link.introduced, conversation.ended]),
    INTRODUCTION,
  );
  conversations.announce(conversation, {
    name: name ?? formatAddress(wire.remote),
    address: wire.remote,
    direction: "in",
    protection: "unencrypted",
  });
  return conversation;
}

/** Tells a caller in plain that it is not let in. */
export async function refuseInPlain(caller: Caller, wire: Wire): Promise<void> {
  caller.onEvent({
    type: "refused",
    address: wire.remote,
    reason: "somebody wants to talk in plain, which is not encrypted",
  });
  await turnAway(wire, 403, "this peer only talks encrypted");
}

/** Tells a caller why it is not let in; it has a moment to read that. */
export async function turnAway(
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
function selfAt({ local }: TcpWire, { clientID, port }: Caller) {
  return { clientID, address: { host: local.host, port } };
}
