import { encodeMessage, type Message } from "../framing/mod.ts";
import {
  CODE,
  encodeHello,
  type ErrorReply,
  handshakeIn,
  ProtocolError,
  versionIn,
} from "../protocol/mod.ts";
import {
  HandshakeError,
  type SecureError,
  UnsupportedVersionError,
} from "./errors.ts";
import { HANDSHAKE_MESSAGE_BYTES } from "./handshake_reader.ts";

/** The version of the secure mode that this end speaks. */
export const SECURE_VERSION = 1;

/** What an initiator has sent to open the secure mode, for `secureAccept`. */
export interface Opening {
  /** The first message of the handshake, from HELLO. */
  readonly handshake: Uint8Array;
  /** The bytes behind HELLO that have been read already. */
  readonly rest: Uint8Array;
}

/**
 * The prologue of the handshake at both ends: the bytes of HELLO without its
 * Handshake (PROTOCOL.md, "Opening"). Two ends that read different versions do
 * not complete the handshake.
 */
export const HELLO_PROLOGUE: Uint8Array = encodeMessage(
  encodeHello(SECURE_VERSION),
);

/**
 * The bytes of the message that opens the secure mode, all of them ASCII
 * (PROTOCOL.md, "Opening").
 *
 * @param handshake The first message of the handshake.
 */
export function helloBytes(handshake: Uint8Array): Uint8Array {
  return encodeMessage(encodeHello(SECURE_VERSION, handshake));
}

/**
 * Reads the HELLO that opened a connection.
 *
 * @returns The first message of the handshake.
 * @throws {UnsupportedVersionError} If it asks for another version than
 * {@linkcode SECURE_VERSION}.
 * @throws {HandshakeError} If it is not a HELLO, or not just a Version and a
 * Handshake of the right length.
 */
export function readHello(message: Message): Uint8Array {
  try {
    const version = versionIn(message);
    if (version !== String(SECURE_VERSION)) {
      throw new UnsupportedVersionError(version, SECURE_VERSION);
    }
    const handshake = handshakeIn(message);
    if (handshake.length === HANDSHAKE_MESSAGE_BYTES[0]) return handshake;
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new HandshakeError(cause.message, { cause });
  }
  const [length] = HANDSHAKE_MESSAGE_BYTES;
  throw new HandshakeError(`Handshake is not ${length} bytes long`);
}

/** How to refuse, in plain, a HELLO for which `readHello` threw an error. */
export function helloRefusal(error: SecureError): ErrorReply {
  const code = error instanceof UnsupportedVersionError
    ? CODE.unsupportedVersion
    : CODE.badRequest;
  return { code, reason: error.message };
}
