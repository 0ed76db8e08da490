import { acceptAll, type Address, listen, type Wire } from "../net/mod.ts";
import { Channel } from "../framing/mod.ts";
import { CODE } from "../protocol/mod.ts";
import { Identity, secureAccept, type SecureWire } from "../secure/mod.ts";
import { PlainSession } from "./sessions/mod.ts";
import { RegistryError } from "./errors.ts";
import { ConnectionLimits, MAX_CONNECTIONS } from "./policy/mod.ts";
import { SecureSession } from "./sessions/mod.ts";
import type { Log } from "./log.ts";
import { RATES, type Rates } from "./policy/mod.ts";
import { RegistryService } from "./service.ts";
import { Slots } from "./sessions/mod.ts";
import { openEmbeddedStore, type Store } from "./store/mod.ts";

/** How often deadlines and leases are looked at, in ms: the clock's tick. */
const TICK = 1000;

/** How long replies under way may take when the registry closes, in ms. */
const CLOSING = 1500;

/** How many clients that found the registry full are told so at a time. */
const REFUSALS = 32;

/** How a {@linkcode Registry} runs. */
export interface RegistryOptions {
  /** Where to listen; port 0 takes a free one. */
  readonly listen: Address;
  /** Whether requests of the plain protocol are answered. */
  readonly plain: boolean;
  /** Who the registry is. Default: somebody new. */
  readonly identity?: Identity;
  /**
   * What the registry remembers; whoever opened it closes it. Default: a store
   * in memory, which the registry opens and closes.
   */
  readonly store?: Store;
  /** The fingerprints of the keys that may register. Default: all. */
  readonly allowed?: ReadonlySet<string> | undefined;
  /** Most connections at once. Default: `MAX_CONNECTIONS`. */
  readonly maxConnections?: number;
  /** How often clients may do what costs something. Default: `RATES`. */
  readonly rates?: Rates;
  /** Receives what happens. Default: nobody. */
  readonly log?: Log;
}

/** A client that is served: in plain, or in the secure mode. */
interface Served {
  /** When {@linkcode expire} is due, in seconds on the registrar's clock. */
  readonly deadline: number;
  expire(): void;
  /** Closes as soon as a reply under way is written. */
  end(): void;
  /** Closes at once. */
  abort(): void;
}

/**
 * The registry: knows who is online and where, and bridges two of them.
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
  /** What the registry has opened itself, to be closed with it. */
  readonly #owned: Disposable;
  readonly #service: RegistryService;
  readonly #count: ConnectionLimits;
  readonly #served = new Slots<Served>();
  /** How many clients have not gone, and what says that the last has. */
  #present = 0;
  readonly #deserted = Promise.withResolvers<void>();
  readonly #closing = new AbortController();
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  #refusals = 0;

  private constructor(
    listener: Deno.TcpListener,
    store: Store,
    owned: Disposable,
    options: RegistryOptions,
  ) {
    this.#listener = listener;
    this.#owned = owned;
    const { hostname: host, port } = listener.addr;
    this.address = { host, port };
    this.#identity = options.identity ?? Identity.generate();
    this.#service = new RegistryService({
      plain: options.plain,
      store,
      allowed: options.allowed,
      rates: options.rates ?? RATES,
      log: options.log ?? (() => {}),
    });
    this.#count = new ConnectionLimits(
      options.maxConnections ?? MAX_CONNECTIONS,
    );
    this.#ticking = setInterval(() => this.#tick(), TICK);
    this.#accepting = acceptAll(listener, (wire) => this.#admit(wire));
  }

  /**
   * Starts a registry.
   *
   * @throws {ListenError} If it cannot listen there, with a sentence that says
   * why.
   */
  static listen(options: RegistryOptions): Registry {
    using opening = new DisposableStack();
    const store = options.store ??
      opening.use(openEmbeddedStore(":memory:"));
    // The last that can fail: after it the registry owns what is open.
    const listener = listen(options.listen);
    return new Registry(listener, store, opening.move(), options);
  }

  /**
   * Lets only these fingerprints register from now on, and ends what others
   * have registered; all may if undefined.
   */
  allow(fingerprints: ReadonlySet<string> | undefined): Promise<void> {
    return this.#service.allow(fingerprints);
  }

  /** Stops accepting, lets replies under way finish, and closes. Takes < 2 s. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    this.#closing.abort();
    for (const served of this.#served) served.end();
    const timer = setTimeout(() => {
      for (const served of this.#served) served.abort();
    }, CLOSING);
    if (this.#present > 0) await this.#deserted.promise;
    clearTimeout(timer);
    clearInterval(this.#ticking);
    this.#owned[Symbol.dispose]();
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #admit(wire: Wire): void {
    const { host } = wire.remote;
    const full = this.#count.enter(host);
    if (full === undefined) this.#serve(wire);
    else this.#reject(wire, full);
  }

  async #reject(wire: Wire, reason: string): Promise<void> {
    // A refusal holds a file for as long as it is being read.
    if (this.#refusals >= REFUSALS) return wire.close();
    this.#refusals++;
    const connection = new PlainSession(wire, this.#service);
    connection.refuse(new RegistryError(CODE.unavailable, reason));
    this.#present++;
    await this.#during(connection, connection.serve());
    this.#refusals--;
    this.#gone();
  }

  /** Serves a connection, from its first byte to its last. */
  async #serve(wire: Wire): Promise<void> {
    this.#present++;
    const connection = new PlainSession(wire, this.#service);
    const rest = await this.#during(connection, connection.serve());
    if (rest !== undefined) await this.#serveSecurely(wire, rest);
    this.#count.leave(wire.remote.host);
    this.#gone();
  }

  async #serveSecurely(wire: Wire, rest: Uint8Array): Promise<void> {
    const secure = await this.#shakeHands(wire, rest);
    if (secure === undefined) return;
    const link = new SecureSession(
      new Channel(secure),
      secure.remoteKey.toBase64(),
      this.#service,
    );
    await this.#during(link, link.serve());
  }

  async #shakeHands(
    wire: Wire,
    rest: Uint8Array,
  ): Promise<SecureWire | undefined> {
    const { signal } = this.#closing;
    try {
      return await secureAccept(wire, this.#identity, rest, { signal });
    } catch (error) {
      if (!signal.aborted) this.#service.logFailure(wire.remote, error);
      return undefined;
    }
  }

  async #during<T>(served: Served, serving: Promise<T>): Promise<T> {
    const place = this.#served.join(served);
    try {
      return await serving;
    } finally {
      this.#served.leave(place);
    }
  }

  #gone(): void {
    this.#present--;
    if (this.#present === 0 && this.#closing.signal.aborted) {
      this.#deserted.resolve();
    }
  }

  #tick(): void {
    this.#service.tick();
    const { now } = this.#service;
    for (const served of this.#served) {
      if (served.deadline < now) served.expire();
    }
  }
}
