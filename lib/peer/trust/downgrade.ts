import { FramingError, MessageReader } from "../../framing/mod.ts";
import { CODE, decodeError } from "../../protocol/mod.ts";
import { HandshakeTimeoutError, NotSecureError } from "../../secure/mod.ts";
import { DowngradeError, PeerError, PlainOnlyError } from "../errors.ts";

/**
 * The codes with which somebody who speaks the secure mode refuses to, in plain
 * (PROTOCOL.md, "Secure mode"): too many calls, no room, another version.
 */
const REFUSALS: ReadonlySet<number> = new Set([
  CODE.tooManyRequests,
  CODE.unavailable,
  CODE.unsupportedVersion,
]);

/**
 * Why somebody who was dialled did not go on in the secure mode, for a person.
 *
 * @param error What `secureConnect` threw.
 * @param where Who was dialled, and where.
 * @param isKnown Whether a key of theirs is known: then they would speak it.
 */
export function whyNotSecure(
  error: unknown,
  where: string,
  isKnown: boolean,
): PeerError {
  if (error instanceof PeerError) return error;
  if (error instanceof NotSecureError) {
    const refusal = refusalIn(error.reply);
    if (refusal !== undefined) return new PeerError(`${where}: ${refusal}`);
  }
  const inPlain = error instanceof NotSecureError ||
    error instanceof HandshakeTimeoutError && error.silent;
  if (!inPlain) return new PeerError(`${where} did not finish the handshake`);
  return isKnown ? new DowngradeError(where) : new PlainOnlyError(where);
}

/** The reason in an ERROR that only somebody who speaks the secure mode sends. */
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
