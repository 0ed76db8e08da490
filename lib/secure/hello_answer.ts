import { TIMED_OUT } from "../async/mod.ts";
import { EMPTY_BYTES } from "../framing/mod.ts";
import { PeekedWire, TimedReader, type Wire } from "../net/mod.ts";
import { closeOnFailure } from "./close_on_failure.ts";
import {
  HandshakeTimeoutError,
  NotSecureError,
  WrongKeyError,
} from "./errors.ts";
import {
  type ConnectOptions,
  HANDSHAKE_TIMEOUT_MS,
  newHandshake,
  remoteKeyOf,
} from "./handshake.ts";
import {
  HANDSHAKE_MESSAGE_BYTES,
  HandshakeReader,
} from "./handshake_reader.ts";
import { helloBytes } from "./hello.ts";
import type { Identity } from "./identity/mod.ts";
import type { Handshake } from "./noise/mod.ts";
import { FrameReader, SecureWire, withLengthPrefix } from "./record/mod.ts";

/** What the other end answered to HELLO. */
export type HelloAnswer =
  /** A handshake, which is complete. */
  | { readonly mode: "secure"; readonly wire: SecureWire }
  /**
   * Bytes that cannot be a handshake message: `wire` gives them again from the
   * first one. The connection is open.
   */
  | { readonly mode: "plain"; readonly wire: Wire }
  /**
   * Nothing within `timeoutMs`. The connection is open, and `wire` may still give
   * something.
   */
  | { readonly mode: "silent"; readonly wire: Wire };

/**
 * Sends HELLO on a new wire, and completes the handshake, as the initiator, if
 * the other end answers with one (PROTOCOL.md, "Opening"). HELLO is ASCII, and
 * nothing else is sent before an answer. The wire is closed if this throws.
 *
 * @param wire The connection, which the returned wire owns.
 * @param identity The identity of this end.
 * @throws {NotSecureError} If the other end closes the connection without an
 * answer.
 * @throws {WrongKeyError} If its key is not the expected one. It has not
 * learned this end's key then.
 * @throws {HandshakeTimeoutError} If the handshake takes too long after an answer
 * has begun.
 * @throws {HandshakeError} If a message of it is not authentic.
 * @throws {Error} If the connection broke, `verify` threw, or the signal's
 * reason.
 */
export function sendHello(
  wire: Wire,
  identity: Identity,
  options: ConnectOptions = {},
): Promise<HelloAnswer> {
  const { signal, timeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const silence = Promise.withResolvers<typeof TIMED_OUT>();
  let isAnswered = false;
  const onTimeout = () => {
    if (isAnswered) return new HandshakeTimeoutError(timeoutMs, false);
    silence.resolve(TIMED_OUT);
  };
  const limits = { signal, timeoutMs, onTimeout };
  return closeOnFailure(wire, limits, async (signal) => {
    using handshake = newHandshake(identity, true);
    const hello = helloBytes(handshake.write(EMPTY_BYTES));
    const reader = new TimedReader(wire);
    const first = await firstAnswer(wire, hello, reader, silence.promise);
    if (first.length === 0 || !mayBeHandshake(first)) {
      return {
        mode: first.length === 0 ? "silent" : "plain",
        wire: new PeekedWire(wire, reader, first),
      };
    }
    isAnswered = true;
    const checks = { ...options, signal };
    const secure = await finish(wire, handshake, first, checks);
    return { mode: "secure", wire: secure };
  });
}

/**
 * Sends HELLO, and reads the first bytes of the answer; none if it does not
 * begin in time.
 *
 * @throws {NotSecureError} If the connection is closed instead.
 */
async function firstAnswer(
  wire: Wire,
  hello: Uint8Array,
  reader: TimedReader,
  silence: Promise<typeof TIMED_OUT>,
): Promise<Uint8Array> {
  try {
    await wire.write(hello);
    for (;;) {
      const first = await reader.read(silence);
      if (first === TIMED_OUT) return EMPTY_BYTES;
      if (first === undefined) break;
      if (first.length > 0) return first;
    }
  } catch (error) {
    if (!isReset(error)) throw error;
  }
  throw new NotSecureError(EMPTY_BYTES);
}

/** Whether an answer may begin with the length of the second message. */
function mayBeHandshake([first]: Uint8Array): boolean {
  // It is a zero, with which no text begins.
  return first === HANDSHAKE_MESSAGE_BYTES[1] >>> 8;
}

/** Completes the handshake, whose second message begins with these bytes. */
async function finish(
  wire: Wire,
  handshake: Handshake,
  first: Uint8Array,
  { signal, expectedKey, verify }: ConnectOptions,
): Promise<SecureWire> {
  const frames = new FrameReader();
  frames.push(first);
  const messages = new HandshakeReader(wire, frames);
  handshake.read(await messages.read(HANDSHAKE_MESSAGE_BYTES[1]));
  const key = remoteKeyOf(handshake);
  if (expectedKey !== undefined && !equal(expectedKey, key)) {
    throw new WrongKeyError(expectedKey, key);
  }
  await verify?.(key);
  signal?.throwIfAborted();
  await wire.write(withLengthPrefix(handshake.write(EMPTY_BYTES)));
  return new SecureWire(wire, frames, handshake.split());
}

function isReset(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
