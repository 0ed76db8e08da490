import { type Address, TcpWire } from "../../lib/net/mod.ts";
import { proxyHeader } from "./proxy_header.ts";

/**
 * A proxy that passes on each connection to one address, behind a header of the
 * PROXY protocol that names where it came from.
 */
export class HeaderProxy implements AsyncDisposable {
  /** Where it listens. */
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  readonly #target: Address;
  readonly #wires = new Set<TcpWire>();
  readonly #accepting: Promise<void>;

  /** A proxy on loopback, in front of an address. */
  constructor(target: Address) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { hostname: host, port } = this.#listener.addr;
    this.address = { host, port };
    this.#accepting = this.#acceptAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const wire of this.#wires) wire.close();
    await this.#accepting;
  }

  async #acceptAll(): Promise<void> {
    const relays: Promise<void>[] = [];
    try {
      for await (const conn of this.#listener) relays.push(this.#relay(conn));
    } finally {
      await Promise.all(relays);
    }
  }

  async #relay(conn: Deno.TcpConn): Promise<void> {
    const { host: hostname, port } = this.#target;
    const client = new TcpWire(conn);
    const server = new TcpWire(await Deno.connect({ hostname, port }));
    this.#wires.add(client).add(server);
    await server.write(proxyHeader(client.remote));
    await Promise.all([copy(client, server), copy(server, client)]);
    for (const wire of [client, server]) wire.close();
  }
}

/** Copies bytes until one end or the other closes. */
async function copy(from: TcpWire, to: TcpWire): Promise<void> {
  try {
    for (let bytes; (bytes = await from.read()) !== undefined;) {
      await to.write(bytes);
    }
    await to.closeWrite();
  } catch {
    for (const wire of [from, to]) wire.close();
  }
}
