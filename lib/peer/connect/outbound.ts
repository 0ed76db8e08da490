import { type Address, closeOnAbort, formatAddress } from "../../net/mod.ts";
import {
  secureConnect,
  type SecureWire,
  WrongKeyError,
} from "../../secure/mod.ts";
import { DowngradeError, PeerError, PlainOnlyError } from "../errors.ts";
import type { Party } from "../events.ts";
import { dialCandidates, type DialledWire } from "../reach/mod.ts";
import { toConnectError } from "../trust/mod.ts";
import type { ConnectContext, DialTarget } from "./context.ts";
import { introduceOutbound } from "./introduce.ts";
import { connectPlain } from "./plain.ts";

/**
 * Dials a peer and opens a conversation with it.
 *
 * @throws {KeyChangedError} If its key is not the pinned one.
 * @throws {PeerError} If it cannot be reached, or not in the secure mode.
 */
export async function openConversation(
  context: ConnectContext,
  target: DialTarget,
): Promise<Party> {
  const { name = "the peer", candidates } = target;
  if (target.plainOnly) {
    if (context.knownKeys.keyOf(name) !== undefined) {
      throw new DowngradeError(name);
    }
    if (!context.plain) throw new PlainOnlyError(name);
    return await connectPlain(context, target);
  }
  if (target.name !== undefined && target.key !== undefined) {
    context.knownKeys.check(target.name, target.key);
  }
  const { signal, timings } = context;
  const dialled = await dialCandidates(candidates, name, {
    timeoutMs: timings.dialTimeoutMs,
    signal,
  });
  return await closeOnAbort(
    signal,
    dialled.wire,
    () => connectOver(context, target, dialled),
  );
}

async function connectOver(
  context: ConnectContext,
  target: DialTarget,
  { wire, candidate }: DialledWire,
): Promise<Party> {
  const { name = "the peer" } = target;
  // A peer whose key is known is never dialled in plaintext.
  const key = target.key ?? context.knownKeys.keyOf(name);
  let secure: SecureWire;
  try {
    secure = await secureConnect(wire, context.identity, {
      timeoutMs: context.timings.helloTimeoutMs,
      expectedKey: key === undefined ? undefined : Uint8Array.fromBase64(key),
      verify: (key) => checkNotSelf(context, key),
    });
  } catch (error) {
    const failure = handshakeFailure(
      error,
      name,
      candidate.address,
      key !== undefined,
    );
    if (!(failure instanceof PlainOnlyError) || !context.plain) throw failure;
    return await connectPlain(context, { ...target, candidates: [candidate] });
  }
  return await introduceOutbound(context, target, secure);
}

function checkNotSelf({ identity }: ConnectContext, key: Uint8Array): void {
  if (key.toBase64() !== identity.publicKey.toBase64()) return;
  throw new PeerError(
    "the peer at that address is this client itself: name another one",
  );
}

/** The error of a handshake that failed, with a message for the user. */
function handshakeFailure(
  error: unknown,
  name: string,
  address: Address,
  isKnown: boolean,
): PeerError {
  const where = formatAddress(address);
  if (error instanceof WrongKeyError) {
    return new PeerError(
      `the peer at ${where} is not ${name}: its key is not the known key of ` +
        `${name}; nothing was sent`,
    );
  }
  return toConnectError(error, `${name} at ${where}`, isKnown);
}
