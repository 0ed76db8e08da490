import {
  concat,
  EMPTY_BYTES,
  FramingError,
  MessageReader,
} from "../../framing/mod.ts";
import type { Wire } from "../../net/mod.ts";
import { type ErrorReply, METHOD } from "../../protocol/mod.ts";
import { checkHello, helloRefusal, SecureError } from "../../secure/mod.ts";
import { TimedReader } from "../../net/mod.ts";
import { TIMED_OUT } from "../../async/mod.ts";

const HELLO = new TextEncoder().encode(METHOD.hello);

/** What an inbound connection opens with (PROTOCOL.md, "Secure mode"). */
export type SniffedProtocol =
  /** A HELLO, and the bytes after it that have been read. */
  | { readonly mode: "secure"; readonly rest: Uint8Array }
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
    checkHello(hello);
    return { mode: "secure", rest: messages.rest() };
  }
  return {
    mode: first.length > 0 ? "plain" : "silent",
    wire: new PeekedWire(wire, reader, first),
  };
}

/** A wire whose first bytes have been read, and are given once more. */
class PeekedWire implements Wire {
  readonly #wire: Wire;
  readonly #reader: TimedReader;
  #first: Uint8Array | undefined;

  constructor(wire: Wire, reader: TimedReader, first: Uint8Array) {
    this.#wire = wire;
    this.#reader = reader;
    this.#first = first.length > 0 ? first : undefined;
  }

  get remote() {
    return this.#wire.remote;
  }

  async read(): Promise<Uint8Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) return first;
    // The read that timed out may still be pending, and comes first.
    const bytes = await this.#reader.read();
    return bytes === TIMED_OUT ? undefined : bytes;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#wire.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#wire.closeWrite();
  }

  close(): void {
    this.#wire.close();
  }
}

/** Whether two are the same as far as the shorter one goes. */
function sharePrefix(one: Uint8Array, other: Uint8Array): boolean {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) if (one[i] !== other[i]) return false;
  return true;
}
