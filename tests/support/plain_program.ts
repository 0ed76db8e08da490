import type { Address } from "../../lib/net/mod.ts";
import { PlainSocket } from "./plain_socket.ts";

/** What a {@linkcode PlainProgram} does with a connection. */
export type ConnectionHandler = (
  socket: PlainSocket,
  index: number,
) => Promise<void> | void;

/**
 * A program that accepts connections, reads whatever comes on each of them, and
 * does with each what a test says.
 */
export class PlainProgram implements AsyncDisposable {
  readonly address: Address;
  /** What it was sent, connection by connection, as far as it has come. */
  readonly heard: string[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #sockets: PlainSocket[] = [];
  readonly #serving: Promise<void>[] = [];
  readonly #accepting: Promise<void>;
  readonly #maxConnections: number;

  /**
   * Starts it.
   *
   * @param handle What it does with a connection, besides reading.
   * @param maxConnections How many it accepts. Default: all.
   */
  constructor(handle: ConnectionHandler = () => {}, maxConnections = Infinity) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#maxConnections = maxConnections;
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept(handle);
  }

  get where(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  /** All that it was sent. */
  get all(): string {
    return this.heard.join("|");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#listener.close();
    } catch {
      // It is closed.
    }
    await this.#accepting;
    for (const socket of this.#sockets) socket[Symbol.dispose]();
    await Promise.allSettled(this.#serving);
  }

  async #accept(handle: ConnectionHandler): Promise<void> {
    for (let index = 0; index < this.#maxConnections; index++) {
      let conn: Deno.TcpConn;
      try {
        conn = await this.#listener.accept();
      } catch {
        return;
      }
      const socket = PlainSocket.over(conn);
      this.#sockets.push(socket);
      this.heard.push("");
      this.#serving.push(this.#read(socket, index));
      await handle(socket, index);
    }
  }

  async #read(socket: PlainSocket, index: number): Promise<void> {
    try {
      for (;;) {
        const text = await socket.recv();
        if (text === "") return;
        this.heard[index] += text;
      }
    } catch {
      // The connection was reset.
    }
  }
}
