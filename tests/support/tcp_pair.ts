import { TcpWire } from "../../lib/net/mod.ts";

/** The two ends of a TCP connection on loopback, closed with their scope. */
export class TcpPair implements Disposable {
  /** The end that dialled, and the one that accepted. */
  readonly wires: readonly [TcpWire, TcpWire];

  private constructor(wires: readonly [TcpWire, TcpWire]) {
    this.wires = wires;
  }

  /** Makes a connection. */
  static async open(): Promise<TcpPair> {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const [dialled, accepted] = await Promise.all([
      Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
      listener.accept(),
    ]);
    return new TcpPair([new TcpWire(dialled), new TcpWire(accepted)]);
  }

  [Symbol.dispose](): void {
    for (const wire of this.wires) wire.close();
  }
}
