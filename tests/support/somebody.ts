import { openStore, type Store } from "../../lib/peer/mod.ts";
import type { Registry } from "../../lib/registry/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { ObservedPeer } from "./observed.ts";

/** Somebody who can be started again: what outlives a peer. */
export class Somebody implements Disposable {
  readonly identity = Identity.generate();
  readonly store: Store;

  constructor(readonly clientID: string, keepHistory = true) {
    this.store = openStore(":memory:", { now: Date.now(), keepHistory });
  }

  /** Starts the peer, and registers it. */
  async start(registry: Registry): Promise<ObservedPeer> {
    const { identity, store } = this;
    const peer = new ObservedPeer(this.clientID, registry.address, {
      identity,
      store,
    });
    await peer.peer.register();
    return peer;
  }

  /** The texts that it has in its history, in their order. */
  texts(): string[] {
    return this.store.history.recent(undefined, 10_000).map((m) => m.text);
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
  }
}
