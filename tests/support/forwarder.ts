import type { Address } from "../../lib/net/mod.ts";

/**
 * Somebody in between: passes on all that goes to an address and comes from it,
 * and keeps a copy.
 */
export class Forwarder implements AsyncDisposable {
  /** Where it waits for those who want to go there. */
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #conns: Deno.TcpConn[] = [];
  readonly #captured: Uint8Array[] = [];

  /** @param to Where to go on; it may be told later. */
  constructor(public to?: Address) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept();
  }

  /** All that has been passed on, in both directions, as bytes. */
  get captured(): Uint8Array {
    const length = this.#captured.reduce((sum, part) => sum + part.length, 0);
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of this.#captured) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** How many connections it has passed on. */
  get connections(): number {
    return this.#conns.length / 2;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const passing: Promise<void>[] = [];
    for await (const near of this.#listener) {
      const { host: hostname, port } = this.to ?? this.address;
      const far = await Deno.connect({ hostname, port });
      this.#conns.push(near, far);
      passing.push(this.#pass(near, far), this.#pass(far, near));
    }
    await Promise.all(passing);
  }

  async #pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (let count; (count = await from.read(buffer)) !== null;) {
        const bytes = buffer.slice(0, count);
        this.#captured.push(bytes);
        for (let at = 0; at < count;) at += await to.write(bytes.subarray(at));
      }
      await to.closeWrite();
    } catch {
      // One end has broken the connection: so does this one.
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
