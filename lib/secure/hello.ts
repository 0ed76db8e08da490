import { encodeMessage, type Message } from "../framing/mod.ts";
import { encodeHello, ProtocolError, versionIn } from "../protocol/mod.ts";
import { HandshakeError, UnsupportedVersionError } from "./errors.ts";

/** The version of the secure mode that is spoken here. */
export const VERSION = 1;

/**
 * The message that opens the secure mode, to the byte (PROTOCOL.md, "Secure
 * mode"). It is also the prologue of the handshake at both ends, so that two
 * which took it for different versions never agree.
 */
export function helloBytes(): Uint8Array {
  return encodeMessage(encodeHello(VERSION));
}

/**
 * Checks the HELLO with which a connection began.
 *
 * @throws {UnsupportedVersionError} If it asks for a version that is not
 * spoken; the error says which is.
 * @throws {HandshakeError} If it is not a HELLO, or holds more than a version.
 */
export function checkHello(message: Message): void {
  const version = readVersion(message);
  if (version !== String(VERSION)) {
    throw new UnsupportedVersionError(version, VERSION);
  }
  if (message.headers.length !== 1 || message.body.length !== 0) {
    throw new HandshakeError("HELLO holds a version and nothing else");
  }
}

function readVersion(message: Message): string | undefined {
  try {
    return versionIn(message);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new HandshakeError(cause.message, { cause });
  }
}
