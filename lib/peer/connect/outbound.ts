import { dial, DIAL_TIMEOUT_MS, HELLO_TIMEOUT_MS } from "../reach/mod.ts";
import {
  type Address,
  formatAddress,
  isDisconnect,
  type TcpWire,
  type Wire,
} from "../../net/mod.ts";
import { FramingError } from "../../framing/mod.ts";
import {
  secureAccept,
  secureConnect,
  SecureError,
  type SecureWire,
  WrongKeyError,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import type { ConnectContext, DialTarget, Ending } from "./context.ts";
import {
  DowngradeError,
  KeyChangedError,
  PeerError,
  PlainOnlyError,
} from "../errors.ts";
import type { Party } from "../events.ts";
import { whyNotSecure } from "../trust/mod.ts";
import { sniffProtocol } from "./sniff.ts";
import {
  acceptPlain,
  connectPlain,
  INTRODUCTION_TIMEOUT_MS,
  reject,
  rejectPlain,
} from "./plain.ts";
import { introduceInbound, introduceOutbound } from "./introduce.ts";

/**
 * Opens a conversation with somebody.
 *
 * @throws {KeyChangedError} If the key is not the one that they had before.
 * @throws {PeerError} If nobody can be reached there, or not in private.
 */
export async function call(
  caller: ConnectContext,
  callee: DialTarget,
): Promise<Party> {
  const { name = "the peer", address } = callee;
  if (callee.plainOnly) {
    if (caller.knownKeys.keyOf(name) !== undefined) {
      throw new DowngradeError(name);
    }
    if (!caller.plain) throw new PlainOnlyError(name);
    return await connectPlain(caller, callee);
  }
  if (callee.name !== undefined && callee.key !== undefined) {
    caller.knownKeys.check(callee.name, callee.key);
  }
  const wire = await dial(address, name, caller.signal);
  return await beforeClosing(
    caller,
    wire,
    () => callOver(caller, callee, wire),
  );
}

async function callOver(
  caller: ConnectContext,
  callee: DialTarget,
  wire: TcpWire,
): Promise<Party> {
  const { name = "the peer", address } = callee;
  // Whose key is known is never talked to in plain, whoever answers for them.
  const key = callee.key ?? caller.knownKeys.keyOf(name);
  let secure: SecureWire;
  try {
    secure = await secureConnect(wire, caller.identity, {
      timeout: HELLO_TIMEOUT_MS,
      expectedKey: key === undefined ? undefined : Uint8Array.fromBase64(key),
      verify: (key) => checkNotSelf(caller, key),
    });
  } catch (error) {
    const failure = inWords(error, name, address, key !== undefined);
    if (!(failure instanceof PlainOnlyError) || !caller.plain) throw failure;
    return await connectPlain(caller, callee);
  }
  return await introduceOutbound(caller, callee, secure);
}

function checkNotSelf({ identity }: ConnectContext, key: Uint8Array): void {
  if (key.toBase64() !== identity.publicKey.toBase64()) return;
  throw new PeerError("that is you: name another client");
}

/** Answers whoever has connected, until their conversation ends. */
export async function answer(
  caller: ConnectContext,
  wire: TcpWire,
): Promise<void> {
  try {
    const call = await beforeClosing(
      caller,
      wire,
      () => acceptPeer(caller, wire),
    );
    await call?.ended;
  } catch (error) {
    wire.close();
    if (error instanceof PeerError || error instanceof StorageError) {
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

/** Lets a caller in, if it may come in. */
async function acceptPeer(
  caller: ConnectContext,
  wire: TcpWire,
): Promise<Ending | undefined> {
  const { identity, plain } = caller;
  const patience = plain ? INTRODUCTION_TIMEOUT_MS : DIAL_TIMEOUT_MS;
  const opening = await sniffProtocol(wire, patience);
  if (opening.mode === "secure") {
    const secure = await secureAccept(wire, identity, opening.rest);
    return await introduceInbound(caller, secure);
  }
  if (opening.mode === "wrong") {
    await reject(wire, opening.code, opening.reason);
  } else if (plain) return await acceptPlain(caller, opening.wire, wire);
  else if (opening.mode === "plain") await rejectPlain(caller, opening.wire);
  else wire.close();
}

/** Does something on a wire, which is closed if the peer closes before. */
async function beforeClosing<T>(
  { signal }: ConnectContext,
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

/** Why a handshake with somebody failed, for a person. */
function inWords(
  error: unknown,
  name: string,
  address: Address,
  isKnown: boolean,
): PeerError {
  const where = formatAddress(address);
  if (error instanceof WrongKeyError) {
    return new PeerError(
      `whoever answers at ${where} is not ${name}: it has another key than ` +
        "the one that is known; nothing was sent",
    );
  }
  return whyNotSecure(error, `${name} at ${where}`, isKnown);
}
