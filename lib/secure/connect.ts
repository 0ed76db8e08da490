import { concat } from "../framing/mod.ts";
import type { Wire } from "../net/mod.ts";
import { withDeadline } from "./deadline.ts";
import {
  HandshakeError,
  HandshakeTimeoutError,
  NotSecureError,
  WrongKeyError,
} from "./errors.ts";
import { FrameReader } from "./record/mod.ts";
import { HandshakeMessages } from "./handshake_messages.ts";
import { helloBytes } from "./hello.ts";
import type { Identity } from "./identity/mod.ts";
import { Handshake, XX } from "./noise/mod.ts";
import { prefixed } from "./record/mod.ts";
import { SecureWire } from "./record/mod.ts";

/** How long a handshake may take, in ms, unless the caller says otherwise. */
export const HANDSHAKE_TIMEOUT = 5_000;

/** The lengths of the three messages of XX with nothing sent along, in bytes. */
const LENGTHS = [32, 96, 64] as const;
const EMPTY = new Uint8Array(0);

/** How a secure connection is made. */
export interface SecureOptions {
  /** Calls the handshake off; the connection is closed. */
  readonly signal?: AbortSignal | undefined;
  /** How long the handshake may take, in ms. Default: 5,000. */
  readonly timeout?: number;
  /**
   * Looks at the key that the other end has proved, 32 bytes, and throws to
   * refuse it; the connection is then closed. The initiator asks before it has
   * told its own key, the responder before it has read or written anything.
   */
  readonly verify?: (remoteKey: Uint8Array) => Promise<void> | void;
}

/** How a secure connection is made by the side that dials. */
export interface ConnectOptions extends SecureOptions {
  /** The key that the other end must have, 32 bytes. Default: any. */
  readonly expectedKey?: Uint8Array | undefined;
}

/**
 * Opens the secure mode on a wire that is fresh: HELLO and the handshake, as
 * the initiator (PROTOCOL.md, "Secure mode"). The wire is closed if it fails.
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
 * // Alice dials, and accepts nobody but bob.
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
 * @param wire The connection; from here on it belongs to what is returned.
 * @param identity Who this end is.
 * @throws {NotSecureError} If the other end answers in plain, or hangs up.
 * @throws {WrongKeyError} If its key is not the expected one. It has not
 * learned this end's key then.
 * @throws {HandshakeTimeoutError} If it takes too long.
 * @throws {HandshakeError} If what arrives is not genuine.
 * @throws {Error} If the connection broke, `verify` threw, or the signal's
 * reason.
 */
export function secureConnect(
  wire: Wire,
  identity: Identity,
  options: ConnectOptions = {},
): Promise<SecureWire> {
  const frames = new FrameReader();
  const messages = new HandshakeMessages(wire, frames);
  return shake(wire, messages, options, async (signal) => {
    using handshake = begin(identity, true);
    const opening = concat(helloBytes(), prefixed(handshake.write(EMPTY)));
    handshake.read(await answer(wire, opening, messages));
    const key = provenKey(handshake);
    const expected = options.expectedKey;
    if (expected !== undefined && !equal(expected, key)) {
      throw new WrongKeyError(expected, key);
    }
    await options.verify?.(key);
    signal.throwIfAborted();
    await wire.write(prefixed(handshake.write(EMPTY)));
    return new SecureWire(wire, frames, handshake.split());
  });
}

/**
 * Goes on in the secure mode after a HELLO that has been read and checked with
 * `checkHello`: the handshake, as the responder (PROTOCOL.md, "Secure mode").
 * The wire is closed if it fails.
 *
 * @param wire The connection; from here on it belongs to what is returned.
 * @param identity Who this end is.
 * @param rest The bytes after the HELLO that have been read already.
 * @throws {HandshakeTimeoutError} If it takes too long.
 * @throws {HandshakeError} If what arrives is not genuine.
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
  const messages = new HandshakeMessages(wire, frames);
  return shake(wire, messages, options, async (signal) => {
    using handshake = begin(identity, false);
    handshake.read(await messages.read(LENGTHS[0]));
    await wire.write(prefixed(handshake.write(EMPTY)));
    handshake.read(await messages.read(LENGTHS[2]));
    await options.verify?.(provenKey(handshake));
    signal.throwIfAborted();
    return new SecureWire(wire, frames, handshake.split());
  });
}

function shake(
  wire: Wire,
  messages: HandshakeMessages,
  { signal, timeout = HANDSHAKE_TIMEOUT }: SecureOptions,
  work: (signal: AbortSignal) => Promise<SecureWire>,
): Promise<SecureWire> {
  const expired = () => new HandshakeTimeoutError(timeout, messages.silent);
  return withDeadline(wire, { timeout, expired, signal }, work);
}

function begin(identity: Identity, initiator: boolean): Handshake {
  return new Handshake({
    pattern: XX,
    initiator,
    prologue: helloBytes(),
    staticKeys: identity.keyPair,
  });
}

/** A copy of the other end's static key, which a caller may keep or change. */
function provenKey(handshake: Handshake): Uint8Array {
  const key = handshake.remoteStatic;
  if (key === undefined) throw new HandshakeError("no key was proved");
  return new Uint8Array(key);
}

/** The responder's message, or an error that says that there is none. */
async function answer(
  wire: Wire,
  opening: Uint8Array,
  messages: HandshakeMessages,
): Promise<Uint8Array> {
  try {
    await wire.write(opening);
    return await messages.read(LENGTHS[1]);
  } catch (error) {
    const { silent, begun } = messages;
    const hungUp = silent &&
      (error instanceof HandshakeError || isHangUp(error));
    // The length of a handshake message begins with a zero: no text does.
    const plain = begun.length > 0 && begun[0] !== LENGTHS[1] >>> 8;
    if (hungUp || plain) throw new NotSecureError(begun.slice());
    throw error;
  }
}

function isHangUp(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
