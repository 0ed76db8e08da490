import type { Address } from "../../lib/net/mod.ts";
import { limited } from "./time_limit.ts";

/**
 * A program that speaks the plain protocol (PROTOCOL.md) byte by byte: a socket,
 * with none of this project's code between the test and the wire.
 */
export class PlainSocket implements Disposable {
  readonly #conn: Deno.TcpConn;
  readonly #decoder = new TextDecoder();
  #unread = "";

  private constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Connects to an address. */
  static async connect({ host, port }: Address): Promise<PlainSocket> {
    return new PlainSocket(await Deno.connect({ hostname: host, port }));
  }

  /** Takes over a connection that was accepted. */
  static over(conn: Deno.TcpConn): PlainSocket {
    return new PlainSocket(conn);
  }

  /** Sends text or bytes. */
  async send(what: string | Uint8Array): Promise<void> {
    let bytes = typeof what === "string"
      ? new TextEncoder().encode(what)
      : what;
    while (bytes.length > 0) {
      bytes = bytes.subarray(await this.#conn.write(bytes));
    }
  }

  /** What arrives with one read, as existing programs do with `recv(1024)`. */
  async recv(): Promise<string> {
    if (this.#unread !== "") return this.#takeAll();
    return await this.#more() ? this.#takeAll() : "";
  }

  /** What arrives up to and including the first `end`. */
  async until(end: string): Promise<string> {
    for (;;) {
      const at = this.#unread.indexOf(end);
      if (at >= 0) {
        const text = this.#unread.slice(0, at + end.length);
        this.#unread = this.#unread.slice(at + end.length);
        return text;
      }
      if (!await this.#more()) {
        throw new Error(`no ${JSON.stringify(end)} in ${this.#unread}`);
      }
    }
  }

  /** All that arrives until the other end closes. */
  async rest(): Promise<string> {
    while (await this.#more());
    return this.#takeAll();
  }

  /** Says that no more will be sent. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  #takeAll(): string {
    const text = this.#unread;
    this.#unread = "";
    return text;
  }

  async #more(): Promise<boolean> {
    const buffer = new Uint8Array(64 * 1024);
    const length = await limited(
      this.#conn.read(buffer),
      "no bytes and no end",
    );
    if (length === null) return false;
    this.#unread += this.#decoder.decode(buffer.subarray(0, length), {
      stream: true,
    });
    return true;
  }
}

/**
 * Accepts a plain call from a peer with `plain` on. Where the peer knows only
 * the address, it tries the secure mode first, and calls again in plain.
 */
export async function acceptPlainRetry(
  listener: Deno.TcpListener,
): Promise<Deno.TcpConn> {
  (await listener.accept()).close();
  return await listener.accept();
}
