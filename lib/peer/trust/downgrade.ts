import { FramingError, MessageReader } from "../../framing/mod.ts";
import { CODE, decodeError } from "../../protocol/mod.ts";
import { HandshakeTimeoutError, NotSecureError } from "../../secure/mod.ts";
import {
  type Dialled,
  DowngradeError,
  NoSecureAnswerError,
  PeerError,
  PlainOnlyError,
} from "../errors.ts";

/**
 * The codes with which a program that speaks the secure mode refuses, in plain,
 * to open it (PROTOCOL.md, "Secure mode"): too many connections, none free, or
 * another version.
 */
const REFUSALS: ReadonlySet<number> = new Set([
  CODE.tooManyRequests,
  CODE.unavailable,
  CODE.unsupportedVersion,
]);

/**
 * The error, with a message for the user, of a peer or registry that was dialled
 * and did not open the secure mode. Only bytes that cannot be a handshake show
 * that it speaks only the plain protocol: a slow answer, or none, does not.
 *
 * @param error What `secureConnect` threw.
 * @param isKnown Whether its key is known: then it speaks the secure mode, and
 * plaintext would be a downgrade.
 */
export function toConnectError(
  error: unknown,
  dialled: Dialled,
  isKnown: boolean,
): PeerError {
  const { name } = dialled;
  if (error instanceof PeerError) return error;
  if (error instanceof NotSecureError) {
    const reason = refusalIn(error.reply);
    if (reason !== undefined) return new PeerError(`${name}: ${reason}`);
  }
  const isClosed = error instanceof NotSecureError;
  const isSilent = error instanceof HandshakeTimeoutError && error.silent;
  if (!isClosed && !isSilent) {
    return new PeerError(`${name} did not complete the handshake`);
  }
  if (isKnown) return new DowngradeError(name);
  return isClosed && error.reply.length > 0
    ? new PlainOnlyError(name)
    : new NoSecureAnswerError(dialled, isClosed);
}

/** The reason in an ERROR of a program that speaks the secure mode, if it is one. */
function refusalIn(reply: Uint8Array): string | undefined {
  const reader = new MessageReader();
  reader.push(reply);
  try {
    const message = reader.next();
    const refusal = message && decodeError(message);
    return refusal && REFUSALS.has(refusal.code) ? refusal.reason : undefined;
  } catch (error) {
    if (error instanceof FramingError) return undefined;
    throw error;
  }
}
