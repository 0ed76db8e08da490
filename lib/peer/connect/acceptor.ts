import { acceptAll, type TcpWire } from "../../net/mod.ts";
import { InboundLimits } from "./inbound_limits.ts";
import type { Introduced } from "./place.ts";

/** Notes who has introduced itself on an inbound connection. */
export type Introduce = (introduced: Introduced) => void;

/** Accepts inbound connections within limits, and waits for those it serves. */
export class Acceptor {
  readonly #listener: Deno.TcpListener;
  readonly #serve: (wire: TcpWire, introduce: Introduce) => Promise<void>;
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
    serve: (wire: TcpWire, introduce: Introduce) => Promise<void>,
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
    const place = this.#limits.enter(
      wire.remote.host,
      performance.now(),
      () => wire.close(),
    );
    if (place === undefined) return wire.close();
    const introduce: Introduce = (introduced) =>
      this.#limits.introduce(place, introduced);
    const served = this.#serve(wire, introduce).finally(() => {
      this.#limits.leave(place);
      this.#open.delete(served);
    });
    this.#open.add(served);
  }
}
