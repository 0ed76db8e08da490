import {
  acceptAll,
  type Address,
  listen,
  type Origin,
  originOf,
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
    this.#service = new RegistryService({
      plain: options.plain,
      identity: this.#identity,
      store,
      allowed: options.allowed,
      rates: options.rates ?? REGISTRY_RATES,
      timings: this.#timings,
      clock: options.clock ?? (() => performance.now()),
      dial: options.dial,
      log: options.log ?? (() => {}),
    });
    this.#limits = new ConnectionLimits(
      options.maxConnections ?? MAX_CONNECTIONS,
    );
    this.#ticker = setInterval(
      () => this.#tick(),
      this.#timings.tickIntervalMs,
    );
    this.#accepting = acceptAll(listener, (wire) => this.#accept(wire));
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

  #accept(wire: Wire): void {
    const origin = originOf(wire.remote.host);
    let limit = this.#limits.enter(origin);
    if (limit !== undefined && this.#makeRoom(origin)) {
      limit = this.#limits.enter(origin);
    }
    if (limit === undefined) this.#serve(wire, origin);
    else this.#reject(wire, origin, limit);
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
