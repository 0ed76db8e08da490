import {
  type Address,
  formatAddress,
  FramingError,
  isDisconnect,
  type TcpWire,
  type Wire,
} from "../framing/mod.ts";
import {
  HandshakeTimeoutError,
  type Identity,
  NotSecureError,
  secureAccept,
  secureConnect,
  SecureError,
  type SecureWire,
  WrongKeyError,
} from "../secure/mod.ts";
import type { Contacts } from "./contacts.ts";
import type { Conversations } from "./conversations.ts";
import type { Deliveries } from "./deliveries.ts";
import { ANSWER, dial, PATIENCE } from "./dial.ts";
import { KeyChangedError, PeerError, PlainOnlyError } from "./errors.ts";
import type { Party, PeerEvent } from "./events.ts";
import { lookAtOpening } from "./opening.ts";
import { PlainLink } from "./plain_link.ts";
import { SecureLink } from "./secure_link.ts";
import { LATE, within } from "./within.ts";

/** How long a caller in plain has to say who it is, in ms. */
const INTRODUCTION = 500;

const encoder = new TextEncoder();

/** What a caller in plain is told that is not let in. */
const NOT_IN_PLAIN = encoder.encode(
  "ERROR\r\nCode: 403\r\n" +
    "Reason: this peer only talks encrypted\r\n\r\n",
);

/** Whose calls they are, and what they are made with. */
export interface Caller {
  readonly clientID: string;
  readonly identity: Identity;
  /** The port that others come to. */
  readonly port: number;
  /** Whether it talks with those who only speak plain, too. */
  readonly plain: boolean;
  readonly contacts: Contacts;
  /** Where links to those who speak the secure mode go. */
  readonly deliveries: Deliveries;
  /** Conversations in plain. */
  readonly conversations: Conversations;
  readonly onEvent: (event: PeerEvent) => void;
  /** Aborts when the peer closes: who is not in conversation then is let go. */
  readonly signal: AbortSignal;
}

/** Whom to call. */
export interface Callee {
  readonly address: Address;
  /** The client ID, if it is known. */
  readonly name?: string;
  /** The key that it must have, in base64, if that is known. */
  readonly key?: string;
  /** Whether it is known to speak only plain. */
  readonly plainOnly?: boolean;
}

/**
 * Opens a conversation with somebody.
 *
 * @throws {KeyChangedError} If the key is not the one that they had before.
 * @throws {PeerError} If nobody can be reached there, or not in private.
 */
export async function call(caller: Caller, callee: Callee): Promise<Party> {
  const { name = "the peer", address, key } = callee;
  if (callee.plainOnly) {
    if (!caller.plain) throw new PlainOnlyError(name);
    return await callInPlain(caller, callee);
  }
  if (callee.name !== undefined && key !== undefined) {
    caller.contacts.check(callee.name, key);
  }
  const wire = await dial(address, name, caller.signal);
  return await beforeClosing(
    caller,
    wire,
    () => callOver(caller, callee, wire),
  );
}

async function callOver(
  caller: Caller,
  callee: Callee,
  wire: TcpWire,
): Promise<Party> {
  const { name = "the peer", address, key } = callee;
  let secure: SecureWire;
  try {
    secure = await secureConnect(wire, caller.identity, {
      timeout: ANSWER,
      expectedKey: key === undefined ? undefined : Uint8Array.fromBase64(key),
    });
  } catch (error) {
    const failure = inWords(error, name, address);
    if (!(failure instanceof PlainOnlyError) || !caller.plain || key) {
      throw failure;
    }
    return await callInPlain(caller, callee);
  }
  return await callSecurely(caller, callee, secure);
}

/** Answers whoever has connected, until their conversation ends. */
export async function answer(caller: Caller, wire: TcpWire): Promise<void> {
  try {
    const call = await beforeClosing(caller, wire, () => letIn(caller, wire));
    await call?.ended;
  } catch (error) {
    wire.close();
    if (error instanceof PeerError) {
      const { message: reason } = error;
      const { remote: address } = wire;
      caller.onEvent(
        error instanceof KeyChangedError
          ? {
            type: "keyChanged",
            name: error.who,
            fingerprint: error.fingerprint,
            reason,
          }
          : { type: "refused", address, reason },
      );
    } else if (
      !(error instanceof SecureError || error instanceof FramingError) &&
      !isDisconnect(error)
    ) throw error;
  }
}

/** Something that has begun and will end. */
interface Ending {
  readonly ended: Promise<unknown>;
}

/** Lets a caller in, if it may come in. */
async function letIn(
  caller: Caller,
  wire: TcpWire,
): Promise<Ending | undefined> {
  const { identity, plain } = caller;
  const patience = plain ? INTRODUCTION : PATIENCE;
  const opening = await lookAtOpening(wire, patience);
  if (opening.mode === "secure") {
    const secure = await secureAccept(wire, identity, opening.rest);
    return await answerSecurely(caller, secure);
  }
  if (plain) return await answerInPlain(caller, opening.wire, wire);
  if (opening.mode === "plain") await refuseInPlain(caller, wire);
  else wire.close();
}

/** Does something on a wire, which is closed if the peer closes before. */
async function beforeClosing<T>(
  { signal }: Caller,
  wire: Wire,
  work: () => Promise<T>,
): Promise<T> {
  const close = () => wire.close();
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", close);
  }
}

async function callSecurely(
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
    throw new PeerError("the peer closed the connection at once");
  }
}

async function answerSecurely(
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
      link.key === caller.identity.publicKey.toBase64()
        ? "that is you: name another client"
        : `somebody calls under your own client ID, ${clientID}`,
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

async function callInPlain(
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

async function answerInPlain(
  caller: Caller,
  wire: Wire,
  { local }: TcpWire,
): Promise<Ending> {
  let name: string | undefined;
  const { conversations } = caller;
  const link = new PlainLink(wire, selfAt({ local }, caller), (said) => {
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

async function refuseInPlain(caller: Caller, wire: Wire): Promise<void> {
  caller.onEvent({
    type: "refused",
    address: wire.remote,
    reason: "somebody wants to talk in plain, which is not encrypted",
  });
  await wire.write(NOT_IN_PLAIN);
  await wire.closeWrite();
  wire.close();
}

/** Who this peer is, to those at the other end of a connection. */
function selfAt({ local }: Pick<TcpWire, "local">, { clientID, port }: Caller) {
  return { clientID, address: { host: local.host, port } };
}

async function patiently<T>(answer: Promise<T>): Promise<T> {
  const value = await within(answer, PATIENCE);
  if (value !== LATE) return value;
  throw new PeerError("the other side does not say who it is");
}

/** Why a handshake with somebody failed, for a person. */
function inWords(error: unknown, name: string, address: Address): PeerError {
  const where = `${name} at ${formatAddress(address)}`;
  if (
    error instanceof NotSecureError ||
    error instanceof HandshakeTimeoutError && error.silent
  ) return new PlainOnlyError(where);
  if (error instanceof WrongKeyError) {
    return new PeerError(
      `whoever answers at ${formatAddress(address)} is not ${name}: it has ` +
        "another key than the registry names; nothing was sent",
    );
  }
  return new PeerError(`${where} did not finish the handshake`);
}
