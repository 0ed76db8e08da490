import {
  type Address,
  formatAddress,
  FramingError,
  isDisconnect,
  type TcpWire,
  type Wire,
} from "../framing/mod.ts";
import {
  secureAccept,
  secureConnect,
  SecureError,
  type SecureWire,
  WrongKeyError,
} from "../secure/mod.ts";
import { StorageError } from "../storage/mod.ts";
import type { Callee, Caller, Ending } from "./caller.ts";
import { ANSWER, dial, PATIENCE } from "./dial.ts";
import {
  DowngradeError,
  KeyChangedError,
  PeerError,
  PlainOnlyError,
} from "./errors.ts";
import type { Party } from "./events.ts";
import { whyNotSecure } from "./not_secure.ts";
import { lookAtOpening } from "./opening.ts";
import {
  answerInPlain,
  callInPlain,
  INTRODUCTION,
  refuseInPlain,
  turnAway,
} from "./plain_calls.ts";
import { answerSecurely, callSecurely } from "./secure_calls.ts";

/**
 * Opens a conversation with somebody.
 *
 * @throws {KeyChangedError} If the key is not the one that they had before.
 * @throws {PeerError} If nobody can be reached there, or not in private.
 */
export async function call(caller: Caller, callee: Callee): Promise<Party> {
  const { name = "the peer", address } = callee;
  if (callee.plainOnly) {
    if (caller.contacts.keyOf(name) !== undefined) {
      throw new DowngradeError(name);
    }
    if (!caller.plain) throw new PlainOnlyError(name);
    return await callInPlain(caller, callee);
  }
  if (callee.name !== undefined && callee.key !== undefined) {
    caller.contacts.check(callee.name, callee.key);
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
  const { name = "the peer", address } = callee;
  // Whose key is known is never talked to in plain, whoever answers for them.
  const key = callee.key ?? caller.contacts.keyOf(name);
  let secure: SecureWire;
  try {
    secure = await secureConnect(wire, caller.identity, {
      timeout: ANSWER,
      expectedKey: key === undefined ? undefined : Uint8Array.fromBase64(key),
      verify: (key) => checkNotSelf(caller, key),
    });
  } catch (error) {
    const failure = inWords(error, name, address, key !== undefined);
    if (!(failure instanceof PlainOnlyError) || !caller.plain) throw failure;
    return await callInPlain(caller, callee);
  }
  return await callSecurely(caller, callee, secure);
}

function checkNotSelf({ identity }: Caller, key: Uint8Array): void {
  if (key.toBase64() !== identity.publicKey.toBase64()) return;
  throw new PeerError("that is you: name another client");
}

/** Answers whoever has connected, until their conversation ends. */
export async function answer(caller: Caller, wire: TcpWire): Promise<void> {
  try {
    const call = await beforeClosing(caller, wire, () => letIn(caller, wire));
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
  if (opening.mode === "wrong") {
    await turnAway(wire, opening.code, opening.reason);
  } else if (plain) return await answerInPlain(caller, opening.wire, wire);
  else if (opening.mode === "plain") await refuseInPlain(caller, opening.wire);
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
