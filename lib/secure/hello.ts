import { encodeMessage, type Message } from "../framing/mod.ts";
import {
  CODE,
  encodeHello,
  type ErrorReply,
  ProtocolError,
  versionIn,
} from "../protocol/mod.ts";
import {
  HandshakeError,
  type SecureError,
  UnsupportedVersionError,
} from "./errors.ts";

/** The version of the secure mode that this end speaks. */
export const SECURE_VERSION = 1;

/**
 * The bytes of the message that opens the secure mode (PROTOCOL.md, "Secure
 * mode"). They are also the prologue of the handshake at both ends: two ends that
 * read different versions do not complete it.
 */
export function helloBytes(): Uint8Array {
  return encodeMessage(encodeHello(SECURE_VERSION));
}

/**
 * Checks the HELLO that opened a connection.
 *
 * @throws {UnsupportedVersionError} If it asks for another version than
 * {@linkcode SECURE_VERSION}.
 * @throws {HandshakeError} If it is not a HELLO, or has more than a Version.
 */
export function checkHello(message: Message): void {
  const version = readVersion(message);
  if (version !== String(SECURE_VERSION)) {
    throw new UnsupportedVersionError(version, SECURE_VERSION);
  }
  if (message.headers.length !== 1 || message.body.length !== 0) {
    throw new HandshakeError("HELLO holds a version and nothing else");
  }
}

/** How to refuse, in plain, a HELLO for which `checkHello` threw an error. */
export function helloRefusal(error: SecureError): ErrorReply {
  const code = error instanceof UnsupportedVersionError
    ? CODE.unsupportedVersion
    : CODE.badRequest;
  return { code, reason: error.message };
}

function readVersion(message: Message): string | undefined {
  try {
    return versionIn(message);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new HandshakeError(cause.message, { cause });
  }
}
