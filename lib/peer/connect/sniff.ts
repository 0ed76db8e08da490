import { concat, FramingError, MessageReader } from "../../framing/mod.ts";
import type { Wire } from "../../net/mod.ts";
import {
  checkHello,
  SecureError,
  UnsupportedVersionError,
} from "../../secure/mod.ts";
import { TimedReader } from "../../net/mod.ts";
import { TIMED_OUT } from "../../async/mod.ts";

const HELLO = new TextEncoder().encode("HELLO");

/** How a caller begins. */
export type SniffedProtocol =
  /** With a HELLO, behind which these bytes have been read. */
  | { readonly mode: "secure"; readonly rest: Uint8Array }
  /** With a HELLO that is none, or of another version: what it is told. */
  | { readonly mode: "wrong"; readonly code: number; readonly reason: string }
  /** With anything else: `wire` is as it was before. */
  | { readonly mode: "plain"; readonly wire: Wire }
  /** With nothing, in the time that it had. */
  | { readonly mode: "silent"; readonly wire: Wire };

/**
 * Looks at the first bytes of a caller, as far as it takes to know whether it
 * speaks the secure mode.
 *
 * @param wire The connection.
 * @param patience How long to wait for them, all in all, in ms.
 * @throws {Error} If the connection broke.
 */
export async function sniffProtocol(
  wire: Wire,
  patience: number,
): Promise<SniffedProtocol> {
  try {
    return await readOpening(wire, patience);
  } catch (error) {
    if (error instanceof FramingError) {
      return { mode: "wrong", code: error.code, reason: error.message };
    }
    if (!(error instanceof SecureError)) throw error;
    const code = error instanceof UnsupportedVersionError ? 505 : 400;
    return { mode: "wrong", code, reason: error.message };
  }
}

async function readOpening(
  wire: Wire,
  patience: number,
): Promise<SniffedProtocol> {
  const reader = new TimedReader(wire);
  const messages = new MessageReader();
  const deadline = performance.now() + patience;
  let first: Uint8Array = new Uint8Array(0);
  for (;;) {
    const bytes = await reader.read(deadline - performance.now());
    if (bytes === undefined || bytes === TIMED_OUT) break;
    const before = first.length;
    first = concat(first, bytes);
    if (!beginsLike(first, HELLO)) break;
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

/** A wire whose first bytes have been looked at, and are read once more. */
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
    // A read that was given up on may still be under way, and comes first.
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

/** Whether bytes begin with others, as far as they go. */
function beginsLike(bytes: Uint8Array, others: Uint8Array): boolean {
  const length = Math.min(bytes.length, others.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== others[i]) return false;
  return true;
}
