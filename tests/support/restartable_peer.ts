import { openStore, type Store } from "../../lib/peer/mod.ts";
import type { Registry } from "../../lib/registry/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { TestPeer } from "./test_peer.ts";

/** A peer that can be started again: its identity and store outlive each run. */
export class RestartablePeer implements Disposable {
  readonly identity = Identity.generate();
  readonly store: Store;

  constructor(readonly clientID: string, keepHistory = true) {
    this.store = openStore(":memory:", { now: Date.now(), keepHistory });
  }

  /** Starts the peer, and registers it. */
  async start(registry: Registry): Promise<TestPeer> {
    const { identity, store } = this;
    const peer = new TestPeer(this.clientID, registry.address, {
      identity,
      store,
    });
    await peer.peer.register();
    return peer;
  }

  /** The texts in its history, oldest first. */
  texts(): string[] {
    return this.store.history.recent(undefined, 10_000).map((m) => m.text);
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
  }
}
