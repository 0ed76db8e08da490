import { acceptAll, type TcpWire } from "../../net/mod.ts";
import { InboundLimits } from "./inbound_limits.ts";

/** Accepts inbound connections within limits, and waits for those it serves. */
export class Acceptor {
  readonly #listener: Deno.TcpListener;
  readonly #serve: (wire: TcpWire) => Promise<void>;
  readonly #limits = new InboundLimits();
  readonly #open = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  /**
   * An acceptor, which accepts from now on.
   *
   * @param listener What it accepts from; {@linkcode stop} closes it.
   * @param serve Handles a connection until it has ended; must not reject.
   */
  constructor(
    listener: Deno.TcpListener,
    serve: (wire: TcpWire) => Promise<void>,
  ) {
    this.#listener = listener;
    this.#serve = serve;
    this.#accepting = acceptAll(listener, (wire) => this.#admit(wire));
  }

  /** Stops listening. */
  async stop(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
  }

  /** Resolves when no connection is being served. */
  async idle(): Promise<void> {
    await Promise.all(this.#open);
  }

  #admit(wire: TcpWire): void {
    const { host } = wire.remote;
    if (!this.#limits.enter(host, performance.now())) return wire.close();
    const served = this.#serve(wire).finally(() => {
      this.#limits.leave(host);
      this.#open.delete(served);
    });
    this.#open.add(served);
  }
}
