import type { Address } from "../framing/mod.ts";
import type { SecureWire } from "../secure/mod.ts";
import type { Callee, Caller, Ending } from "./caller.ts";
import { PATIENCE } from "./dial.ts";
import { PeerError } from "./errors.ts";
import type { Party } from "./events.ts";
import { SecureLink } from "./secure_link.ts";
import { LATE, within } from "./within.ts";

/**
 * Goes on after the handshake with somebody who was called.
 *
 * @throws {KeyChangedError} If the key is not the one that they had before.
 * @throws {PeerError} If it is not who was called.
 */
export async function callSecurely(
  caller: Caller,
  { name }: Callee,
  wire: SecureWire,
): Promise<Party> {
  const link = new SecureLink(wire, caller.clientID);
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
export async function answerSecurely(
  caller: Caller,
  wire: SecureWire,
): Promise<Ending> {
  const link = new SecureLink(wire, caller.clientID);
  const clientID = await patiently(link.introduced());
  return await begin(caller, link, clientID, wire.remote, "in");
}

/** Takes a link into use once it is certain who is at its other side. */
async function begin(
  { contacts, deliveries, ...caller }: Caller,
  link: SecureLink,
  clientID: string,
  address: Address,
  direction: Party["direction"],
): Promise<{ party: Party; ended: Promise<void> }> {
  if (clientID === caller.clientID) {
    throw new PeerError(
      `somebody calls under your own client ID, ${clientID}`,
    );
  }
  await contacts.recognise(clientID, link.key);
  if (direction === "in") await link.introduce();
  const party: Party = {
    name: clientID,
    clientID,
    address,
    direction,
    protection: contacts.protection(clientID),
  };
  return { party, ended: deliveries.of(clientID).attach(link, party) };
}

async function patiently<T>(answer: Promise<T>): Promise<T> {
  const value = await within(answer, PATIENCE);
  if (value !== LATE) return value;
  throw new PeerError("the other side does not say who it is");
}
