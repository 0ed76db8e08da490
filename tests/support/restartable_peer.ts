import type { Address } from "../../lib/net/mod.ts";
import {
  openStore,
  type Peer,
  type PeerEvent,
  type PeerOptions,
  type Store,
} from "../../lib/peer/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { TestPeer } from "./test_peer.ts";

/** The options of {@linkcode RestartablePeer}. */
export interface RestartablePeerOptions {
  /** Where the registry listens. */
  readonly registry: Address;
  /** Whether messages are kept past delivery. */
  readonly keepHistory: boolean;
  /** Further options of the peer. */
  readonly options: Partial<PeerOptions>;
}

/**
 * A peer that can be stopped and started again: its identity and its store
 * outlive each run. What is asked of it goes to the run under way.
 */
export class RestartablePeer implements AsyncDisposable {
  readonly identity: Identity;
  readonly store: Store;
  readonly #options: RestartablePeerOptions;
  #run: TestPeer | undefined;

  constructor(readonly clientID: string, options: RestartablePeerOptions) {
    this.#options = options;
    this.identity = options.options.identity ?? Identity.generate();
    this.store = openStore(":memory:", {
      now: Date.now(),
      keepHistory: options.keepHistory,
    });
  }

  /** The peer of the run under way. */
  get peer(): Peer {
    return this.#current.peer;
  }

  /** Starts the peer, and registers it. */
  async start(): Promise<void> {
    if (this.#run !== undefined) throw new Error("it has been started");
    const { clientID, identity, store } = this;
    const { registry, options } = this.#options;
    this.#run = new TestPeer(clientID, registry, {
      ...options,
      identity,
      store,
    });
    await this.#run.peer.register();
  }

  /** Stops the peer. The events that have not been asked for are gone. */
  async stop(): Promise<void> {
    await this.#run?.[Symbol.asyncDispose]();
    this.#run = undefined;
  }

  /** See {@linkcode TestPeer.next}. */
  next(): Promise<PeerEvent> {
    return this.#current.next();
  }

  /** See {@linkcode TestPeer.expect}. */
  expect<T extends PeerEvent["type"]>(
    type: T,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    return this.#current.expect(type);
  }

  /** See {@linkcode TestPeer.until}. */
  until<T extends PeerEvent["type"]>(
    type: T,
  ): Promise<Extract<PeerEvent, { type: T }>> {
    return this.#current.until(type);
  }

  /** See {@linkcode TestPeer.message}. */
  message(): Promise<string> {
    return this.#current.message();
  }

  /** See {@linkcode TestPeer.connected}. */
  connected(): Promise<string> {
    return this.#current.connected();
  }

  /** The texts in its history, oldest first. */
  texts(): string[] {
    return this.store.history.recent(undefined, 10_000).map((m) => m.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.store[Symbol.dispose]();
  }

  get #current(): TestPeer {
    if (this.#run === undefined) throw new Error("it has not been started");
    return this.#run;
  }
}
