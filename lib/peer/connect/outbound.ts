import { closeOnAbort, formatAddress } from "../../net/mod.ts";
import { secureConnect, WrongKeyError } from "../../secure/mod.ts";
import { PeerError, PlainOnlyError } from "../errors.ts";
import type { Party } from "../events.ts";
import type { DialledWire } from "../reach/mod.ts";
import { toConnectError } from "../trust/mod.ts";
import { checkNotSelf } from "./check_not_self.ts";
import type { ConnectContext, DialTarget } from "./context.ts";
import { dialTarget } from "./dial_target.ts";
import { introduceOutbound } from "./introduce.ts";
import { connectPlain } from "./plain.ts";
import { connectUnknown } from "./unknown.ts";

/**
 * Dials a peer and opens a conversation with it.
 *
 * @throws {KeyChangedError} If its key is not the pinned one.
 * @throws {BlockedError} If it is blocked.
 * @throws {PeerError} If it cannot be reached, or not in the secure mode.
 */
export async function openConversation(
  context: ConnectContext,
  target: DialTarget,
): Promise<Party> {
  const { name, candidates } = target;
  const { addresses, knownKeys, acceptance, signal } = context;
  if (name !== undefined && target.key !== undefined) {
    knownKeys.check(name, target.key);
  }
  // A peer whose key is known is never dialled in plaintext.
  const key = target.key ?? (name && knownKeys.keyOf(name));
  if (name !== undefined) acceptance.checkNotBlocked(name, key);
  const isPlain = target.plainOnly === true ||
    context.plain &&
      candidates.every(({ address }) => addresses.isPlain(address));
  if (key === undefined && isPlain) {
    if (!context.plain || target.isAutomatic) {
      throw new PlainOnlyError(name ?? "the peer");
    }
    return await connectPlain(context, target);
  }
  const dialled = await dialTarget(context, target);
  const party = await closeOnAbort(
    signal,
    dialled.wire,
    () =>
      key === undefined && mayBePlain(context, target, dialled)
        ? connectUnknown(context, target, dialled)
        : connectSecurely(context, target, dialled, key),
  );
  context.dialBackoff.proved(dialled.candidate.address);
  return party;
}

/** Whether what was dialled may be talked to in plaintext, if it speaks that. */
function mayBePlain(
  context: ConnectContext,
  { isAutomatic }: DialTarget,
  dialled: DialledWire,
): boolean {
  // What waits for a client needs its key.
  return context.plain && !isAutomatic && !isKnownAddress(context, dialled);
}

/** Whether a client with a key is where was dialled. */
function isKnownAddress(
  { addresses }: ConnectContext,
  { wire: { remote }, candidate: { address } }: DialledWire,
): boolean {
  return addresses.clientAt(address) !== undefined ||
    addresses.clientAt(remote) !== undefined;
}

async function connectSecurely(
  context: ConnectContext,
  target: DialTarget,
  dialledWire: DialledWire,
  key: string | undefined,
): Promise<Party> {
  const { wire, candidate: { address } } = dialledWire;
  const where = formatAddress(address);
  try {
    const secure = await secureConnect(wire, context.ownKeys.current, {
      timeoutMs: context.timings.helloTimeoutMs,
      expectedKey: key === undefined ? undefined : Uint8Array.fromBase64(key),
      verify: (key) => checkNotSelf(context, key),
    });
    return await introduceOutbound(context, target, secure, address);
  } catch (error) {
    if (error instanceof WrongKeyError) {
      return await handleWrongKey(context, target, error, where);
    }
    const name = `${target.name ?? "the peer"} at ${where}`;
    const dialled = { kind: "peer", name, where } as const;
    throw toConnectError(
      error,
      dialled,
      key !== undefined || isKnownAddress(context, dialledWire),
    );
  }
}

/**
 * Dials a peer again that has another key than the client that was dialled, if
 * the user trusts that key.
 *
 * @throws {KeyChangedError} If another key is pinned.
 * @throws {PeerError} If it is another peer.
 */
async function handleWrongKey(
  context: ConnectContext,
  target: DialTarget,
  { actual }: WrongKeyError,
  where: string,
): Promise<Party> {
  const { knownKeys } = context;
  const { name = "the peer" } = target;
  const key = actual.toBase64();
  knownKeys.check(name, key, where);
  if (knownKeys.keyOf(name) === key) {
    return await openConversation(context, { ...target, key });
  }
  throw new PeerError(
    `the peer at ${where} is not ${name}: its key is not the known key of ` +
      `${name}; nothing was sent`,
  );
}
