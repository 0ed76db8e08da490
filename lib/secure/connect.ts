import { EMPTY_BYTES } from "../framing/mod.ts";
import type { Wire } from "../net/mod.ts";
import { HandshakeTimeoutError, NotSecureError } from "./errors.ts";
import { type ConnectOptions, HANDSHAKE_TIMEOUT_MS } from "./handshake.ts";
import { sendHello } from "./hello_answer.ts";
import type { Identity } from "./identity/mod.ts";
import type { SecureWire } from "./record/mod.ts";

/**
 * Opens the secure mode on a new wire: HELLO and the handshake, as the initiator
 * (PROTOCOL.md, "Opening"). The wire is closed if that fails.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Channel } from "../framing/mod.ts";
 * import { acceptAll, dial, listen } from "../net/mod.ts";
 * import { Identity, readHello, secureAccept, secureConnect } from "./mod.ts";
 *
 * const [alice, bob] = [Identity.generate(), Identity.generate()];
 *
 * // Bob reads the HELLO and goes on in the secure mode.
 * const listener = listen({ host: "127.0.0.1", port: 0 });
 * const accepting = acceptAll(listener, async (wire) => {
 *   const channel = new Channel(wire);
 *   const hello = await channel.receive();
 *   if (hello === undefined) return wire.close();
 *   const handshake = readHello(hello);
 *   const { rest } = channel.release();
 *   const secure = await secureAccept(wire, bob, { handshake, rest });
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
export async function secureConnect(
  wire: Wire,
  identity: Identity,
  options: ConnectOptions = {},
): Promise<SecureWire> {
  const answer = await sendHello(wire, identity, options);
  if (answer.mode === "secure") return answer.wire;
  if (answer.mode === "plain") {
    const reply = (await answer.wire.read())?.slice();
    wire.close();
    throw new NotSecureError(reply ?? EMPTY_BYTES);
  }
  wire.close();
  const { timeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  throw new HandshakeTimeoutError(timeoutMs, true);
}
