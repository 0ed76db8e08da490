import { EMPTY_BYTES } from "../framing/mod.ts";
import type { Wire } from "../net/mod.ts";
import { closeOnFailure } from "./close_on_failure.ts";
import { HandshakeTimeoutError } from "./errors.ts";
import {
  HANDSHAKE_TIMEOUT_MS,
  newHandshake,
  remoteKeyOf,
  type SecureOptions,
} from "./handshake.ts";
import {
  HANDSHAKE_MESSAGE_BYTES,
  HandshakeReader,
} from "./handshake_reader.ts";
import type { Opening } from "./hello.ts";
import type { Identity } from "./identity/mod.ts";
import { FrameReader, SecureWire, withLengthPrefix } from "./record/mod.ts";

/**
 * Continues in the secure mode after a HELLO that has been read with
 * `readHello`: the handshake, as the responder (PROTOCOL.md, "Opening"). The
 * wire is closed if that fails.
 *
 * @param wire The connection, which the returned wire owns.
 * @param identity The identity of this end.
 * @param opening What the initiator has sent. Bytes behind HELLO count as the
 * beginning of the third message.
 * @throws {HandshakeTimeoutError} If it takes too long.
 * @throws {HandshakeError} If a message of it is not authentic.
 * @throws {Error} If the connection broke, `verify` threw, or the signal's
 * reason.
 */
export function secureAccept(
  wire: Wire,
  identity: Identity,
  opening: Opening,
  options: SecureOptions = {},
): Promise<SecureWire> {
  const { signal, verify, timeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const onTimeout = () => new HandshakeTimeoutError(timeoutMs, false);
  return closeOnFailure(
    wire,
    { signal, timeoutMs, onTimeout },
    async (signal) => {
      const frames = new FrameReader();
      frames.push(opening.rest);
      const messages = new HandshakeReader(wire, frames);
      using handshake = newHandshake(identity, false);
      handshake.read(opening.handshake);
      await wire.write(withLengthPrefix(handshake.write(EMPTY_BYTES)));
      handshake.read(await messages.read(HANDSHAKE_MESSAGE_BYTES[2]));
      await verify?.(remoteKeyOf(handshake));
      signal.throwIfAborted();
      return new SecureWire(wire, frames, handshake.split());
    },
  );
}
