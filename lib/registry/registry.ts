import {
  acceptAll,
  acceptProxied,
  type Address,
  type AddressBlock,
  listen,
  networksOf,
  type Origin,
  originOf,
  ProxyHeaderError,
  type Wire,
} from "../net/mod.ts";
import { Channel } from "../framing/mod.ts";
import { CODE } from "../protocol/mod.ts";
import {
  Identity,
  type Opening,
  secureAccept,
  type SecureWire,
} from "../secure/mod.ts";
import { RegistryError } from "./errors.ts";
import type { Log } from "./log.ts";
import {
  ConnectionLimits,
  type Dial,
  MAX_CONNECTIONS,
  type Rates,
  REGISTRY_RATES,
} from "./policy/mod.ts";
import { RegistryService } from "./service.ts";
import {
  PlainSession,
  SecureSession,
  type Session,
  SessionSet,
} from "./sessions/mod.ts";
import { openEmbeddedStore, type Store } from "./store/mod.ts";
import { REGISTRY_TIMINGS, type RegistryTimings } from "./timings.ts";

/** Most connections that are being rejected at once because of a limit. */
const MAX_CONCURRENT_REJECTIONS = 32;

/** The origin of a connection whose proxy has not named the client yet. */
const UNNAMED_ORIGIN: Origin = [];

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
  readonly #identity: Identity;
  /** What the registry has opened and closes: the listener, and its own store. */
  readonly #resources: DisposableStack;
  readonly #timings: RegistryTimings;
  readonly #service: RegistryService;
  readonly #limits: ConnectionLimits;
  readonly #proxies: readonly AddressBlock[];
  readonly #sessions = new SessionSet();
  /** Sessions that have made room for others: they count no longer. */
  readonly #madeRoom = new Set<Session>();
  /** How many connections are open, and what says that the last is closed. */
  #connections = 0;
  readonly #allClosed = Promise.withResolvers<void>();
  readonly #closing = new AbortController();
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  #rejecting = 0;

  private constructor(
    listener: Deno.TcpListener,
    store: Store,
    options: RegistryOptions,
    resources: DisposableStack,
  ) {
    this.#listener = listener;
    const { hostname: host, port } = listener.addr;
    this.address = { host, port };
    this.#identity = options.identity ?? Identity.generate();
    this.#timings = { ...REGISTRY_TIMINGS, ...options.timings };
    this.#proxies = options.trustedProxies ?? [];
    this.#service = new RegistryService({
      plain: options.plain,
      identity: this.#identity,
      store,
      allowed: options.allowed,
      rates: options.rates ?? REGISTRY_RATES,
      timings: this.#timings,
      clock: options.clock ?? (() => performance.now()),
      dial: options.dial,
      checksLoopback: this.#proxies.length === 0,
      log: options.log ?? (() => {}),
    });
    this.#limits = new ConnectionLimits(
      options.maxConnections ?? MAX_CONNECTIONS,
    );
    this.#ticker = setInterval(
      () => this.#tick(),
      this.#timings.tickIntervalMs,
    );
    this.#accepting = acceptAll(
      listener,
      this.#proxies.length === 0
        ? (wire) => this.#accept(wire, originOf(wire.remote.host))
        : (wire) => this.#acceptFromAnyone(wire),
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
    this.#closing.abort();
    const checksEnded = this.#service.close();
    this.#sessions.end();
    const timer = setTimeout(
      () => this.#sessions.abort(),
      this.#timings.closeTimeoutMs,
    );
    if (this.#connections > 0) await this.#allClosed.promise;
    clearTimeout(timer);
    clearInterval(this.#ticker);
    await checksEnded;
    this.#resources.dispose();
  }

  /** Calls {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #acceptFromAnyone(wire: Wire): void {
    const { host } = wire.remote;
    if (this.#proxies.some((block) => block.contains(host))) {
      this.#acceptProxied(wire);
    } else this.#accept(wire, networksOf(host));
  }

  /** Accepts a connection from a proxy, once that has named the client. */
  async #acceptProxied(wire: Wire): Promise<void> {
    const limit = this.#enter(UNNAMED_ORIGIN);
    if (limit !== undefined) return this.#reject(wire, UNNAMED_ORIGIN, limit);
    this.#connections++;
    const proxied = await this.#readProxyHeader(wire);
    this.#limits.leave(UNNAMED_ORIGIN);
    if (proxied === undefined) wire.close();
    else this.#accept(proxied, networksOf(proxied.remote.host));
    this.#closed();
  }

  /** The connection behind the header of a proxy, if there is one in time. */
  async #readProxyHeader(wire: Wire): Promise<Wire | undefined> {
    const { signal } = this.#closing;
    const timeoutMs = this.#timings.proxyHeaderTimeoutMs;
    try {
      const proxied = await acceptProxied(wire, { signal, timeoutMs });
      return signal.aborted ? undefined : proxied;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof ProxyHeaderError) {
        const refusal = new RegistryError(
          CODE.badRequest,
          `trusted proxy: ${error.message}`,
        );
        this.#service.logRefusal(wire.remote, refusal);
      } else this.#service.logFailure(wire.remote, error);
      return undefined;
    }
  }

  #accept(wire: Wire, origin: Origin): void {
    const limit = this.#enter(origin);
    if (limit === undefined) this.#serve(wire, origin);
    else this.#reject(wire, origin, limit);
  }

  /**
   * Counts a new connection; another one may have to close for it.
   *
   * @returns Which limit it exceeds, as a phrase; undefined if it may stay.
   */
  #enter(origin: Origin): string | undefined {
    const limit = this.#limits.enter(origin);
    return limit !== undefined && this.#makeRoom(origin)
      ? this.#limits.enter(origin)
      : limit;
  }

  /**
   * Closes a silent connection, for a new one.
   *
   * @returns Whether there was one that counts for the limit that is reached.
   */
  #makeRoom(origin: Origin): boolean {
    const network = this.#limits.fullNetwork(origin);
    const silent = this.#sessions.mostSilent(network);
    if (silent === undefined) return false;
    silent.abort();
    this.#limits.leave(silent.origin);
    this.#madeRoom.add(silent);
    return true;
  }

  /** Sends a client an ERROR with the limit that it exceeds, and closes. */
  async #reject(
    wire: Wire,
    origin: Origin,
    reason: string,
  ): Promise<void> {
    // A rejection keeps a file open until the client has read it.
    if (this.#rejecting >= MAX_CONCURRENT_REJECTIONS) return wire.close();
    this.#rejecting++;
    const session = new PlainSession(wire, origin, this.#service);
    session.sendError(new RegistryError(CODE.unavailable, reason));
    this.#connections++;
    await this.#sessions.track(session, session.serve());
    this.#rejecting--;
    this.#closed();
  }

  /** Serves a connection, from its first byte to its last. */
  async #serve(wire: Wire, origin: Origin): Promise<void> {
    this.#connections++;
    const session = new PlainSession(wire, origin, this.#service);
    const opening = await this.#sessions.track(session, session.serve());
    if (opening !== undefined) {
      await this.#serveSecurely(wire, origin, opening);
    }
    if (!this.#madeRoom.delete(session)) {
      this.#limits.leave(origin);
    }
    this.#closed();
  }

  async #serveSecurely(
    wire: Wire,
    origin: Origin,
    opening: Opening,
  ): Promise<void> {
    const secure = await this.#acceptSecure(wire, opening);
    if (secure === undefined) return;
    const session = new SecureSession(
      new Channel(secure),
      secure.remoteKey.toBase64(),
      origin,
      this.#service,
    );
    await this.#sessions.track(session, session.serve());
  }

  async #acceptSecure(
    wire: Wire,
    opening: Opening,
  ): Promise<SecureWire | undefined> {
    const { signal } = this.#closing;
    const timeoutMs = this.#timings.handshakeTimeoutMs;
    try {
      const options = { signal, timeoutMs };
      return await secureAccept(wire, this.#identity, opening, options);
    } catch (error) {
      if (!signal.aborted) this.#service.logFailure(wire.remote, error);
      return undefined;
    }
  }

  /** Notes that a connection is closed. */
  #closed(): void {
    this.#connections--;
    if (this.#connections === 0 && this.#closing.signal.aborted) {
      this.#allClosed.resolve();
    }
  }

  #tick(): void {
    this.#service.tick();
    this.#sessions.expire(this.#service.nowS);
  }
}
