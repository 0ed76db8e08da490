import {
  concat,
  EMPTY_BYTES,
  FramingError,
  MessageReader,
} from "../../framing/mod.ts";
import { PeekedWire, TimedReader, type Wire } from "../../net/mod.ts";
import { type ErrorReply, METHOD } from "../../protocol/mod.ts";
import {
  helloRefusal,
  type Opening,
  readHello,
  SecureError,
} from "../../secure/mod.ts";
import { TIMED_OUT } from "../../async/mod.ts";

const HELLO = new TextEncoder().encode(METHOD.hello);

/** What an inbound connection opens with (PROTOCOL.md, "Secure mode"). */
export type SniffedProtocol =
  /** A HELLO. */
  | { readonly mode: "secure"; readonly opening: Opening }
  /** A malformed HELLO, or one of another version: how to reject it. */
  | { readonly mode: "malformed"; readonly error: ErrorReply }
  /** Anything else: `wire` gives it from its first byte. */
  | { readonly mode: "plain"; readonly wire: Wire }
  /** Nothing within the timeout; `wire` may still give something. */
  | { readonly mode: "silent"; readonly wire: Wire };

/**
 * Reads the first bytes of an inbound connection, as far as it takes to tell
 * the secure mode from the plain protocol.
 *
 * @param timeoutMs How long to wait for all of them, in ms.
 * @throws {Error} If the connection broke.
 */
export async function sniffProtocol(
  wire: Wire,
  timeoutMs: number,
): Promise<SniffedProtocol> {
  try {
    return await readOpening(wire, timeoutMs);
  } catch (error) {
    if (error instanceof FramingError) {
      const { code, message: reason } = error;
      return { mode: "malformed", error: { code, reason } };
    }
    if (!(error instanceof SecureError)) throw error;
    return { mode: "malformed", error: helloRefusal(error) };
  }
}

async function readOpening(
  wire: Wire,
  timeoutMs: number,
): Promise<SniffedProtocol> {
  const reader = new TimedReader(wire);
  const messages = new MessageReader();
  const deadline = performance.now() + timeoutMs;
  let first: Uint8Array = EMPTY_BYTES;
  for (;;) {
    const bytes = await reader.read(deadline - performance.now());
    if (bytes === undefined || bytes === TIMED_OUT) break;
    const before = first.length;
    first = concat(first, bytes);
    if (!sharePrefix(first, HELLO)) break;
    messages.push(first.slice(before));
    const hello = messages.next();
    if (hello === undefined) continue;
    const opening = { handshake: readHello(hello), rest: messages.rest() };
    return { mode: "secure", opening };
  }
  return {
    mode: first.length > 0 ? "plain" : "silent",
    wire: new PeekedWire(wire, reader, first),
  };
}

/** Whether the shorter one is a prefix of the other. */
function sharePrefix(one: Uint8Array, other: Uint8Array): boolean {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return false;
  return true;
}
