import { BlockingSocket } from "./blocking_socket.ts";

/** How a {@linkcode SequentialProgram} listens and reads. */
export interface SequentialOptions {
  /** The only address at which it listens. Default: 127.0.0.1. */
  readonly hostname?: string;
  /** What it does with bytes that are not UTF-8. Default: it dies of them. */
  readonly decoding?: "strict" | "lenient";
}

/**
 * A program that serves one connection after the other, like most existing
 * ones. An exception that it does not catch ends it: it stops listening, and
 * closes all it has.
 */
export class SequentialProgram implements AsyncDisposable {
  /** Where it listens. */
  readonly hostname: string;
  readonly port: number;
  /** Its connections, the first one first, also those that are over. */
  readonly connections: BlockingSocket[] = [];
  /** The exception that ended it, if it ended by itself. */
  died: unknown;
  readonly #listener: Deno.TcpListener;
  readonly #decoding: "strict" | "lenient";
  readonly #running: Promise<void>[] = [];
  readonly #stopping = new AbortController();

  /**
   * Starts to listen, at a port that the system chooses.
   *
   * @param serve Serves a connection, which is closed after that.
   */
  constructor(
    serve: (socket: BlockingSocket) => Promise<void>,
    { hostname = "127.0.0.1", decoding = "strict" }: SequentialOptions = {},
  ) {
    this.#listener = Deno.listen({ hostname, port: 0 });
    this.#decoding = decoding;
    this.hostname = hostname;
    this.port = this.#listener.addr.port;
    this.run(() => this.#acceptAll(serve));
  }

  /** Where it listens, as HOST:PORT. */
  get where(): string {
    return `${this.hostname}:${this.port}`;
  }

  /** Aborted when it ends. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Does something of its own; an exception in it ends the program. */
  run(action: () => Promise<void>): void {
    this.#running.push(this.#run(action));
  }

  /** Dials an address, serves that connection, and closes it. */
  async dial(
    hostname: string,
    port: number,
    serve: (socket: BlockingSocket) => Promise<void>,
  ): Promise<void> {
    await this.#serve(await Deno.connect({ hostname, port }), serve);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await Promise.all(this.#running);
  }

  async #run(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!this.signal.aborted) this.died = error;
      this.#stop();
    }
  }

  async #acceptAll(
    serve: (socket: BlockingSocket) => Promise<void>,
  ): Promise<void> {
    for (;;) await this.#serve(await this.#listener.accept(), serve);
  }

  async #serve(
    conn: Deno.TcpConn,
    serve: (socket: BlockingSocket) => Promise<void>,
  ): Promise<void> {
    const socket = new BlockingSocket(conn, this.#decoding);
    this.connections.push(socket);
    if (!this.signal.aborted) await serve(socket);
    // An exception ends the program, which closes its listener first.
    socket.close();
  }

  #stop(): void {
    if (this.signal.aborted) return;
    this.#stopping.abort();
    this.#listener.close();
    for (const socket of this.connections) socket.close();
  }
}
