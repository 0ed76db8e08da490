import {
  acceptAll,
  type Address,
  type AddressBlock,
  listen,
} from "../net/mod.ts";
import { Identity } from "../secure/mod.ts";
import { Connections } from "./connections.ts";
import type { Log } from "./log.ts";
import {
  type Dial,
  MAX_CONNECTIONS,
  type Rates,
  REGISTRY_RATES,
} from "./policy/mod.ts";
import { RegistryService } from "./service.ts";
import { openEmbeddedStore, type Store } from "./store/mod.ts";
import { REGISTRY_TIMINGS, type RegistryTimings } from "./timings.ts";

/** How a {@linkcode Registry} runs. */
export interface RegistryOptions {
  /** Where to listen; port 0 takes a free one. */
  readonly listen: Address;
  /** Whether requests of the plain protocol are answered. */
  readonly plain: boolean;
  /** The identity of the registry. Default: a new one. */
  readonly identity?: Identity;
  /**
   * What the registry remembers; its opener closes it. Default: a store
   * in memory, which the registry opens and closes.
   */
  readonly store?: Store;
  /** The fingerprints of the keys that may register. Default: all. */
  readonly allowed?: ReadonlySet<string> | undefined;
  /** Most connections at once. Default: `MAX_CONNECTIONS`. */
  readonly maxConnections?: number;
  /**
   * The proxies whose word counts on where a client is: each of their connections
   * has to begin with a header of the PROXY protocol. If there are any, no client
   * counts as one of this machine, which has no limits. Default: none.
   */
  readonly trustedProxies?: readonly AddressBlock[];
  /** The rate limits. Default: `REGISTRY_RATES`. */
  readonly rates?: Rates;
  /** The timings that differ from `REGISTRY_TIMINGS`. */
  readonly timings?: Partial<RegistryTimings>;
  /**
   * The time in ms, on a clock that only goes forward. Default:
   * `performance.now`.
   */
  readonly clock?: () => number;
  /**
   * How the registry dials a client that has registered in plain, to see
   * whether it is still there. Default: `dial` of `lib/net`, where the process
   * has the permission.
   */
  readonly dial?: Dial;
  /** Receives what happens. Default: nothing does. */
  readonly log?: Log;
}

/**
 * The registry: knows which clients are online and where, and introduces two
 * of them to each other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Peer } from "../peer/mod.ts";
 * import { Registry } from "./mod.ts";
 *
 * const listen = { host: "127.0.0.1", port: 0 };
 * await using registry = Registry.listen({ listen, plain: false });
 *
 * // A client can reach it now.
 * await using alice = Peer.listen({
 *   clientID: "alice",
 *   listen,
 *   registry: registry.address,
 *   onEvent: () => {},
 * });
 * await alice.register();
 * const [client] = await alice.info();
 * assertEquals(client?.clientID, "alice");
 * ```
 */
export class Registry implements AsyncDisposable {
  /** Where it listens. */
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  /** What the registry has opened and closes: the listener, and its own store. */
  readonly #resources: DisposableStack;
  readonly #service: RegistryService;
  readonly #connections: Connections;
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;

  private constructor(
    listener: Deno.TcpListener,
    store: Store,
    options: RegistryOptions,
    resources: DisposableStack,
  ) {
    this.#listener = listener;
    const { hostname: host, port } = listener.addr;
    this.address = { host, port };
    const identity = options.identity ?? Identity.generate();
    const timings = { ...REGISTRY_TIMINGS, ...options.timings };
    const trustedProxies = options.trustedProxies ?? [];
    this.#service = new RegistryService({
      plain: options.plain,
      identity,
      store,
      allowed: options.allowed,
      rates: options.rates ?? REGISTRY_RATES,
      timings,
      clock: options.clock ?? (() => performance.now()),
      dial: options.dial,
      checksLoopback: trustedProxies.length === 0,
      log: options.log ?? (() => {}),
    });
    this.#connections = new Connections({
      service: this.#service,
      identity,
      timings,
      maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
      trustedProxies,
    });
    this.#ticker = setInterval(() => this.#tick(), timings.tickIntervalMs);
    this.#accepting = acceptAll(
      listener,
      (wire) => this.#connections.accept(wire),
    );
    this.#resources = resources.move();
  }

  /**
   * Starts a registry.
   *
   * @throws {ListenError} If it cannot listen there, with a sentence that says
   * why.
   */
  static listen(options: RegistryOptions): Registry {
    using resources = new DisposableStack();
    const listener = resources.use(listen(options.listen));
    const store = options.store ?? resources.use(openEmbeddedStore(":memory:"));
    return new Registry(listener, store, options, resources);
  }

  /**
   * Lets only these fingerprints register from now on, and ends the
   * registrations of all others; all may register if undefined.
   */
  allow(fingerprints: ReadonlySet<string> | undefined): Promise<void> {
    return this.#service.allow(fingerprints);
  }

  /** Stops accepting, lets replies under way finish, and closes. Takes < 2 s. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    const connectionsClosed = this.#connections.close();
    await Promise.all([connectionsClosed, this.#service.close()]);
    clearInterval(this.#ticker);
    this.#resources.dispose();
  }

  /** Calls {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #tick(): void {
    this.#service.tick();
    this.#connections.expire(this.#service.nowS);
  }
}
