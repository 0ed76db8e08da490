import type { Address } from "../../lib/net/mod.ts";

/** Two connections whose bytes are forwarded from one to the other. */
interface Pair {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
}

/**
 * A TCP proxy that can be told to fail. It forwards to where the program behind
 * it listens at the time.
 */
export class FaultyProxy implements AsyncDisposable {
  /** The port on which it listens, on 127.0.0.1. */
  readonly port: number;
  /** Where the program behind it listens; undefined while it does not run. */
  upstream: Address | undefined;
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #serving = new Set<Promise<void>>();
  readonly #pairs = new Set<Pair>();
  #isCut = false;
  #stall: PromiseWithResolvers<void> | undefined;
  #truncating = false;

  /** Listens on a free port. */
  constructor() {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#accept();
  }

  /** Closes all connections, and each new one at once. */
  cut(): void {
    this.#isCut = true;
    for (const pair of this.#pairs) close(pair);
  }

  /** Forwards nothing, and closes nothing: the network falls silent. */
  stall(): void {
    this.#stall ??= Promise.withResolvers();
  }

  /** Forwards half of the next bytes, and then closes the connection. */
  truncate(): void {
    this.#truncating = true;
  }

  /** Stops failing; what was stalled goes on. */
  restore(): void {
    this.#isCut = this.#truncating = false;
    this.#stall?.resolve();
    this.#stall = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    this.cut();
    this.#stall?.resolve();
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    try {
      for await (const near of this.#listener) {
        const served = this.#serve(near).finally(() =>
          this.#serving.delete(served)
        );
        this.#serving.add(served);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(near: Deno.TcpConn): Promise<void> {
    const far = await this.#connect();
    if (far === undefined) return near.close();
    const pair = { near, far };
    this.#pairs.add(pair);
    await Promise.all([
      this.#forward(pair, near, far),
      this.#forward(pair, far, near),
    ]);
    this.#pairs.delete(pair);
    close(pair);
  }

  async #connect(): Promise<Deno.TcpConn | undefined> {
    await this.#stall?.promise;
    if (this.#isCut || this.upstream === undefined) return undefined;
    const { host: hostname, port } = this.upstream;
    try {
      const far = await Deno.connect({ hostname, port });
      if (!this.#isCut) return far;
      far.close();
    } catch {
      // The program behind it does not listen any more.
    }
    return undefined;
  }

  async #forward(
    pair: Pair,
    from: Deno.TcpConn,
    to: Deno.TcpConn,
  ): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (;;) {
        const length = await from.read(buffer);
        await this.#stall?.promise;
        if (length === null) return await to.closeWrite();
        if (this.#truncating && length > 1) {
          this.#truncating = false;
          await writeAll(to, buffer.subarray(0, length >> 1));
          return close(pair);
        }
        await writeAll(to, buffer.subarray(0, length));
      }
    } catch {
      // One side has closed: close the other one too.
      close(pair);
    }
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await conn.write(bytes.subarray(written));
  }
}

function close({ near, far }: Pair): void {
  for (const conn of [near, far]) {
    try {
      conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}
