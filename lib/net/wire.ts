import { setImmediate as turn } from "node:timers/promises";
import type { Address } from "./address.ts";

/**
 * A stream of bytes in both directions: a TCP connection, or an encrypted one
 * over it. What reads or writes messages does not know which.
 */
export interface Wire {
  /** The other end. */
  readonly remote: Address;
  /**
   * The next bytes, valid until the next call; undefined at the end of the
   * stream.
   *
   * @throws {Error} If the connection broke.
   */
  read(): Promise<Uint8Array | undefined>;
  /**
   * Writes all of the bytes, after all that was written before. They must not
   * change until it is done.
   *
   * @throws {Error} If the connection broke.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Says that no more will be written; reading goes on. */
  closeWrite(): Promise<void>;
  /** Closes at once, both ways; reads and writes under way end. */
  close(): void;
}

/** Whether an error only means that the connection has ended, at either end. */
export function isDisconnect(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.TimedOut;
}

const INITIAL_READ_BUFFER_BYTES = 2 * 1024;
const MAX_READ_BUFFER_BYTES = 64 * 1024;

/** After how many bytes of one connection the others get a turn. */
const TURN_BYTES = 64 * 1024;

/** A {@linkcode Wire} over a TCP connection. */
export class TcpWire implements Wire {
  readonly remote: Address;
  readonly #conn: Deno.TcpConn;
  #buffer = new Uint8Array(INITIAL_READ_BUFFER_BYTES);
  /** How many bytes have been read since the last turn of the event loop. */
  #readInTurn = 0;
  /** The writes that have begun and not ended, and the last of them. */
  #writing = 0;
  #lastWrite: Promise<void> | undefined;
  #sendsAtOnce = false;
  #closed = false;

  /** Takes over a connection, which it closes. */
  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.remote = addressOf(conn.remoteAddr);
  }

  /** This end. */
  get local(): Address {
    return addressOf(this.#conn.localAddr);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#readInTurn >= TURN_BYTES) await this.#yield();
    const length = await this.#conn.read(this.#buffer);
    if (length === null) return undefined;
    this.#readInTurn += length;
    const bytes = this.#buffer.subarray(0, length);
    // Most connections only ever carry short messages, and there are many of
    // them: the buffer grows for those that fill it.
    if (length === this.#buffer.length && length < MAX_READ_BUFFER_BYTES) {
      this.#buffer = new Uint8Array(length * 4);
    }
    return bytes;
  }

  write(bytes: Uint8Array): Promise<void> {
    const last = this.#lastWrite;
    // The first goes out at once anyway: many connections carry no second, and
    // for them the call would be a part of their cost.
    if (last !== undefined && !this.#sendsAtOnce) {
      this.#sendsAtOnce = true;
      sendAtOnce(this.#conn);
    }
    return this.#lastWrite = this.#writing++ === 0 || last === undefined
      ? this.#writeAll(bytes)
      : last.then(() => this.#writeAll(bytes));
  }

  async closeWrite(): Promise<void> {
    await this.#lastWrite;
    await this.#conn.closeWrite();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /**
   * Lets all else run, timers too: as long as bytes are there, Deno reads up to
   * 128 times before it does.
   */
  async #yield(): Promise<void> {
    this.#readInTurn = 0;
    await turn();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let written = await this.#conn.write(bytes);
    while (written < bytes.length) {
      written += await this.#conn.write(bytes.subarray(written));
    }
    this.#writing--;
  }
}

/**
 * Has each write sent at once: what is written is whole, and the second of two
 * would wait for the other end to acknowledge the first, which it delays by
 * 40 ms.
 */
function sendAtOnce(conn: Deno.TcpConn): void {
  try {
    conn.setNoDelay();
  } catch {
    // Some systems refuse it where the other end has gone: reading says so.
  }
}

function addressOf({ hostname, port }: Deno.NetAddr): Address {
  // A socket for both families shows IPv4 as `::ffff:192.0.2.1`.
  const mapped = hostname.startsWith("::ffff:") && hostname.includes(".");
  return { host: mapped ? hostname.slice("::ffff:".length) : hostname, port };
}
