import type { PeerOptions } from "../../lib/peer/mod.ts";
import type { Registry, RegistryOptions } from "../../lib/registry/mod.ts";
import { RestartablePeer } from "./restartable_peer.ts";
import { startRegistry } from "./test_registry.ts";

/** The options of {@linkcode startNetwork}. */
export interface NetworkOptions {
  /** Options of the registry. It speaks plain too, unless they say otherwise. */
  readonly registry?: Partial<RegistryOptions>;
  /** Options of every peer. */
  readonly peers?: Partial<PeerOptions>;
  /** Whether the peers keep messages past delivery. Default: true. */
  readonly keepHistory?: boolean;
  /** Whether alice and bob are started and registered. Default: true. */
  readonly started?: boolean;
}

/**
 * A registry and its clients alice and bob, over real sockets on loopback.
 * Everything ends with the scope.
 */
export class TestNetwork implements AsyncDisposable {
  readonly registry: Registry;
  readonly alice: RestartablePeer;
  readonly bob: RestartablePeer;
  readonly #options: NetworkOptions;
  readonly #scope = new AsyncDisposableStack();

  constructor(options: NetworkOptions = {}) {
    this.#options = options;
    this.registry = this.#scope.use(startRegistry(options.registry));
    this.alice = this.addPeer("alice");
    this.bob = this.addPeer("bob");
  }

  /** Adds a peer, which is not started yet. */
  addPeer(clientID: string, options?: Partial<PeerOptions>): RestartablePeer {
    const { peers, keepHistory = true } = this.#options;
    return this.#scope.use(
      new RestartablePeer(clientID, {
        registry: this.registry.address,
        keepHistory,
        options: { ...peers, ...options },
      }),
    );
  }

  /** Starts a further peer, and registers it. */
  async startPeer(
    clientID: string,
    options?: Partial<PeerOptions>,
  ): Promise<RestartablePeer> {
    const peer = this.addPeer(clientID, options);
    await peer.start();
    return peer;
  }

  /** Has alice call bob, and waits until both have been told. */
  async connect(): Promise<void> {
    await this.alice.peer.chat("bob");
    await this.alice.connected();
    await this.bob.connected();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

/**
 * Starts a registry, and alice and bob as its clients.
 *
 * @example
 * ```ts ignore
 * await using network = await startNetwork();
 * const { alice, bob } = network;
 * await alice.peer.send("bob", "hello");
 * assertEquals(await bob.connected(), "alice");
 * assertEquals(await bob.message(), "hello");
 * ```
 */
export async function startNetwork(
  options: NetworkOptions = {},
): Promise<TestNetwork> {
  const network = new TestNetwork(options);
  if (options.started ?? true) {
    await network.alice.start();
    await network.bob.start();
  }
  return network;
}
