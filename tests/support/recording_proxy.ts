import { setTimeout as delay } from "node:timers/promises";
import type { Address } from "../../lib/net/mod.ts";
import { concat } from "./bytes.ts";

/** A TCP proxy that forwards to an address, and keeps a copy of all bytes. */
export class RecordingProxy implements AsyncDisposable {
  /** The address on which it listens. */
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #conns: Deno.TcpConn[] = [];
  readonly #captured: Uint8Array[] = [];

  /**
   * A proxy that listens on loopback.
   *
   * @param to The address to forward to; it may be set later.
   * @param replyDelayMs How long it waits before it forwards what comes back.
   */
  constructor(public to?: Address, readonly replyDelayMs = 0) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept();
  }

  /** All bytes that were forwarded, in both directions. */
  get captured(): Uint8Array {
    return concat(this.#captured);
  }

  /** How many connections it has forwarded. */
  get connections(): number {
    return this.#conns.length / 2;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const forwarding: Promise<void>[] = [];
    for await (const near of this.#listener) {
      const { host: hostname, port } = this.to ?? this.address;
      const far = await Deno.connect({ hostname, port });
      this.#conns.push(near, far);
      forwarding.push(this.#forward(near, far), this.#forwardBack(far, near));
    }
    await Promise.all(forwarding);
  }

  async #forwardBack(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    if (this.replyDelayMs > 0) await delay(this.replyDelayMs);
    await this.#forward(from, to);
  }

  async #forward(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let count; (count = await from.read(buffer)) !== null;) {
        const bytes = buffer.slice(0, count);
        this.#captured.push(bytes);
        for (let at = 0; at < count;) at += await to.write(bytes.subarray(at));
      }
      await to.closeWrite();
    } catch {
      // One end has reset the connection: reset the other one too.
      close(from);
      close(to);
    }
  }
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
