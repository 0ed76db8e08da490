import { concat, EMPTY_BYTES } from "../framing/mod.ts";
import type { Wire } from "../net/mod.ts";
import { withWireTimeout } from "./wire_timeout.ts";
import {
  HandshakeError,
  HandshakeTimeoutError,
  NotSecureError,
  WrongKeyError,
} from "./errors.ts";
import { FrameReader } from "./record/mod.ts";
import { HandshakeReader } from "./handshake_reader.ts";
import { helloBytes } from "./hello.ts";
import type { Identity } from "./identity/mod.ts";
import { Handshake, XX } from "./noise/mod.ts";
import { withLengthPrefix } from "./record/mod.ts";
import { SecureWire } from "./record/mod.ts";

/** How long a handshake may take by default, in ms. */
export const HANDSHAKE_TIMEOUT_MS = 5_000;

/** How long the three messages of XX with empty payloads are. */
const HANDSHAKE_MESSAGE_BYTES = [32, 96, 64] as const;

/** How a secure connection is made. */
export interface SecureOptions {
  /** Cancels the handshake; the connection is closed. */
  readonly signal?: AbortSignal | undefined;
  /** How long the handshake may take, in ms. Default: 5,000. */
  readonly timeoutMs?: number;
  /**
   * Checks the key that the other end has proved, 32 bytes, and throws to refuse
   * it; the connection is then closed. The initiator calls it before it has sent
   * its own key, the responder before it has read or written any record.
   */
  readonly verify?: (remoteKey: Uint8Array) => Promise<void> | void;
}

/** How the initiator makes a secure connection. */
export interface ConnectOptions extends SecureOptions {
  /** The key that the other end must have, 32 bytes. Default: any. */
  readonly expectedKey?: Uint8Array | undefined;
}

/**
 * Opens the secure mode on a new wire: HELLO and the handshake, as the initiator
 * (PROTOCOL.md, "Secure mode"). The wire is closed if that fails.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Channel } from "../framing/mod.ts";
 * import { acceptAll, dial, listen } from "../net/mod.ts";
 * import { checkHello, Identity, secureAccept, secureConnect } from "./mod.ts";
 *
 * const [alice, bob] = [Identity.generate(), Identity.generate()];
 *
 * // Bob reads the HELLO and goes on in the secure mode.
 * const listener = listen({ host: "127.0.0.1", port: 0 });
 * const accepting = acceptAll(listener, async (wire) => {
 *   const channel = new Channel(wire);
 *   const hello = await channel.receive();
 *   if (hello === undefined) return wire.close();
 *   checkHello(hello);
 *   const secure = await secureAccept(wire, bob, channel.release().rest);
 *   assertEquals(secure.remoteKey, alice.publicKey);
 *   await secure.write(new TextEncoder().encode("only for alice"));
 *   secure.close();
 * });
 *
 * // Alice dials, and accepts only bob.
 * const { port } = listener.addr;
 * const wire = await dial({ host: "127.0.0.1", port }, { timeoutMs: 1000 });
 * const expectedKey = bob.publicKey;
 * const secure = await secureConnect(wire, alice, { expectedKey });
 * const bytes = await secure.read();
 * assertEquals(new TextDecoder().decode(bytes), "only for alice");
 *
 * secure.close();
 * listener.close();
 * await accepting;
 * ```
 *
 * @param wire The connection, which the returned wire owns.
 * @param identity The identity of this end.
 * @throws {NotSecureError} If the other end answers in plain, or closes the
 * connection without an answer.
 * @throws {WrongKeyError} If its key is not the expected one. It has not
 * learned this end's key then.
 * @throws {HandshakeTimeoutError} If it takes too long.
 * @throws {HandshakeError} If a message of it is not authentic.
 * @throws {Error} If the connection broke, `verify` threw, or the signal's
 * reason.
 */
export function secureConnect(
  wire: Wire,
  identity: Identity,
  options: ConnectOptions = {},
): Promise<SecureWire> {
  const frames = new FrameReader();
  const messages = new HandshakeReader(wire, frames);
  return runHandshake(wire, messages, options, async (signal) => {
    using handshake = newHandshake(identity, true);
    const opening = concat(
      helloBytes(),
      withLengthPrefix(handshake.write(EMPTY_BYTES)),
    );
    handshake.read(await readAnswer(wire, opening, messages));
    const key = remoteKeyOf(handshake);
    const expected = options.expectedKey;
    if (expected !== undefined && !equal(expected, key)) {
      throw new WrongKeyError(expected, key);
    }
    await options.verify?.(key);
    signal.throwIfAborted();
    await wire.write(withLengthPrefix(handshake.write(EMPTY_BYTES)));
    return new SecureWire(wire, frames, handshake.split());
  });
}

/**
 * Continues in the secure mode after a HELLO that has been read and checked with
 * `checkHello`: the handshake, as the responder (PROTOCOL.md, "Secure mode").
 * The wire is closed if that fails.
 *
 * @param wire The connection, which the returned wire owns.
 * @param identity The identity of this end.
 * @param rest The bytes after the HELLO that have been read already.
 * @throws {HandshakeTimeoutError} If it takes too long.
 * @throws {HandshakeError} If a message of it is not authentic.
 * @throws {Error} If the connection broke, `verify` threw, or the signal's
 * reason.
 */
export function secureAccept(
  wire: Wire,
  identity: Identity,
  rest: Uint8Array,
  options: SecureOptions = {},
): Promise<SecureWire> {
  const frames = new FrameReader();
  frames.push(rest);
  const messages = new HandshakeReader(wire, frames);
  return runHandshake(wire, messages, options, async (signal) => {
    using handshake = newHandshake(identity, false);
    handshake.read(await messages.read(HANDSHAKE_MESSAGE_BYTES[0]));
    await wire.write(withLengthPrefix(handshake.write(EMPTY_BYTES)));
    handshake.read(await messages.read(HANDSHAKE_MESSAGE_BYTES[2]));
    await options.verify?.(remoteKeyOf(handshake));
    signal.throwIfAborted();
    return new SecureWire(wire, frames, handshake.split());
  });
}

function runHandshake(
  wire: Wire,
  messages: HandshakeReader,
  { signal, timeoutMs = HANDSHAKE_TIMEOUT_MS }: SecureOptions,
  work: (signal: AbortSignal) => Promise<SecureWire>,
): Promise<SecureWire> {
  const timeoutError = () =>
    new HandshakeTimeoutError(timeoutMs, messages.silent);
  return withWireTimeout(wire, { timeoutMs, timeoutError, signal }, work);
}

function newHandshake(identity: Identity, initiator: boolean): Handshake {
  return new Handshake({
    pattern: XX,
    initiator,
    prologue: helloBytes(),
    staticKeys: identity.keyPair,
  });
}

/** A copy of the other end's static key, which a caller may keep or change. */
function remoteKeyOf(handshake: Handshake): Uint8Array {
  const key = handshake.remoteStatic;
  if (key === undefined) throw new HandshakeError("no key was proved");
  return new Uint8Array(key);
}

/**
 * Sends the opening and reads the responder's message.
 *
 * @throws {NotSecureError} If what answers does not speak the secure mode.
 */
async function readAnswer(
  wire: Wire,
  opening: Uint8Array,
  messages: HandshakeReader,
): Promise<Uint8Array> {
  try {
    await wire.write(opening);
    return await messages.read(HANDSHAKE_MESSAGE_BYTES[1]);
  } catch (error) {
    const { silent, partial } = messages;
    const isClosed = silent &&
      (error instanceof HandshakeError || isReset(error));
    // The length of a handshake message begins with a zero: no text does.
    const isPlain = partial.length > 0 &&
      partial[0] !== HANDSHAKE_MESSAGE_BYTES[1] >>> 8;
    if (isClosed || isPlain) throw new NotSecureError(partial.slice());
    throw error;
  }
}

function isReset(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
