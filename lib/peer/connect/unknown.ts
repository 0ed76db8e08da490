import { TIMED_OUT } from "../../async/mod.ts";
import { concat, EMPTY_BYTES } from "../../framing/mod.ts";
import {
  formatAddress,
  PeekedWire,
  type TcpWire,
  TimedReader,
  type Wire,
} from "../../net/mod.ts";
import { METHOD } from "../../protocol/mod.ts";
import { NotSecureError, sendHello } from "../../secure/mod.ts";
import {
  type Dialled,
  NoSecureAnswerError,
  PeerError,
  PlainOnlyError,
} from "../errors.ts";
import type { Party } from "../events.ts";
import type { DialledWire } from "../reach/mod.ts";
import { toConnectError } from "../trust/mod.ts";
import { checkNotSelf } from "./check_not_self.ts";
import type { ConnectContext, DialTarget } from "./context.ts";
import { introduceOutbound } from "./introduce.ts";
import { connectPlain, talkPlain } from "./plain.ts";

/**
 * How long a program that has answered HELLO with text has to hang up, in ms:
 * one that does took HELLO for an error, and not for a message.
 */
const HANG_UP_MS = 150;

/** A program that does not speak the secure mode. */
interface PlainProgram {
  /** The connection to it, which gives what it has said; undefined if it hung up. */
  readonly wire: Wire | undefined;
  /** Why it counts as plain. */
  readonly cause: PeerError;
}

/**
 * Opens a conversation with a peer of which only the address is known, and which
 * may speak only the plain protocol (PROTOCOL.md, "Opening"). A program that
 * takes HELLO for a text goes on with the conversation on the same connection,
 * since it may accept no other; one that hangs up is dialled again in plain.
 *
 * @throws {PeerError} If it refuses, or is this client itself.
 */
export async function connectUnknown(
  context: ConnectContext,
  target: DialTarget,
  { wire, candidate }: DialledWire,
): Promise<Party> {
  const where = formatAddress(candidate.address);
  const { name = "the peer" } = target;
  const dialled = { kind: "peer", name: `${name} at ${where}`, where } as const;
  const answer = await ask(context, wire, dialled);
  if ("secure" in answer) {
    const { secure } = answer;
    return await introduceOutbound(
      context,
      target,
      secure,
      candidate.address,
    );
  }
  const { plain } = answer;
  const party = plain.wire === undefined
    ? await redial(context, { ...target, candidates: [candidate] }, plain.cause)
    : await talkPlain(context, target, plain.wire, wire);
  context.addresses.addPlain(candidate.address);
  return party;
}

/** Sends HELLO, and tells by the answer what the peer speaks. */
async function ask(context: ConnectContext, wire: TcpWire, dialled: Dialled) {
  const { helloTimeoutMs: timeoutMs } = context.timings;
  try {
    const answer = await sendHello(wire, context.ownKeys.current, {
      timeoutMs,
      verify: (key) => checkNotSelf(context, key),
    });
    if (answer.mode === "secure") return { secure: answer.wire };
    const plain = answer.mode === "silent"
      ? {
        wire: answer.wire,
        cause: new NoSecureAnswerError(dialled, false),
      }
      : await hear(answer.wire, dialled);
    return { plain };
  } catch (error) {
    const cause = toConnectError(error, dialled, false);
    if (!(cause instanceof NoSecureAnswerError)) throw cause;
    return { plain: { wire: undefined, cause } };
  }
}

/**
 * Reads what a program says to HELLO.
 *
 * @throws {PeerError} If it is an ERROR of a program that speaks the secure mode.
 */
async function hear(wire: Wire, dialled: Dialled): Promise<PlainProgram> {
  const reader = new TimedReader(wire);
  const deadline = performance.now() + HANG_UP_MS;
  let text: Uint8Array = EMPTY_BYTES;
  let more: Uint8Array | undefined | typeof TIMED_OUT;
  do {
    more = await reader.read(deadline - performance.now());
    if (more instanceof Uint8Array) text = concat(text, more);
  } while (more instanceof Uint8Array);
  const cause = toConnectError(new NotSecureError(text), dialled, false);
  const isError = new TextDecoder().decode(text).startsWith(METHOD.error);
  if (more === TIMED_OUT && !isError && cause instanceof PlainOnlyError) {
    return { wire: new PeekedWire(wire, reader, text), cause };
  }
  wire.close();
  if (!(cause instanceof PlainOnlyError)) throw cause;
  return { wire: undefined, cause };
}

/** Dials in plain a program that hung up when it read HELLO. */
async function redial(
  context: ConnectContext,
  target: DialTarget,
  cause: PeerError,
): Promise<Party> {
  try {
    return await connectPlain(context, target);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    if (!(cause instanceof NoSecureAnswerError)) throw error;
    throw new NoSecureAnswerError(cause.dialled, true, error.message);
  }
}
