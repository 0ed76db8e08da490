import { acceptAll, type TcpWire } from "../../net/mod.ts";
import { InboundLimits } from "./inbound_limits.ts";

/** Lets callers in, and serves each until its call is over. */
export class Acceptor {
  readonly #listener: Deno.TcpListener;
  readonly #answer: (wire: TcpWire) => Promise<void>;
  readonly #limits = new InboundLimits();
  readonly #open = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;

  /** Accepts from then on; `answer` must not reject. */
  constructor(
    listener: Deno.TcpListener,
    answer: (wire: TcpWire) => Promise<void>,
  ) {
    this.#listener = listener;
    this.#answer = answer;
    this.#accepting = acceptAll(listener, (wire) => this.#admit(wire));
  }

  /** Lets nobody in any more. */
  async stop(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
  }

  /** Resolves when nobody is being served. */
  async gone(): Promise<void> {
    await Promise.all(this.#open);
  }

  #admit(wire: TcpWire): void {
    const { host } = wire.remote;
    if (!this.#limits.enter(host, performance.now())) return wire.close();
    const served = this.#answer(wire).finally(() => {
      this.#limits.leave(host);
      this.#open.delete(served);
    });
    this.#open.add(served);
  }
}
