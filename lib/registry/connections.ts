import {
  acceptProxied,
  type AddressBlock,
  networksOf,
  type Origin,
  originOf,
  ProxyHeaderError,
  type Wire,
} from "../net/mod.ts";
import { Channel } from "../framing/mod.ts";
import { CODE } from "../protocol/mod.ts";
import {
  type Identity,
  type Opening,
  secureAccept,
  type SecureWire,
} from "../secure/mod.ts";
import { RegistryError } from "./errors.ts";
import { ConnectionLimits } from "./policy/mod.ts";
import type { RegistryService } from "./service.ts";
import {
  PlainSession,
  SecureSession,
  type Session,
  SessionSet,
} from "./sessions/mod.ts";
import type { RegistryTimings } from "./timings.ts";

/** Most connections that are being rejected at once because of a limit. */
const MAX_CONCURRENT_REJECTIONS = 32;

/** The origin of a connection whose proxy has not named the client yet. */
const UNNAMED_ORIGIN: Origin = [];

/** What {@linkcode Connections} works with. */
export interface ConnectionsOptions {
  /** What the sessions share. */
  readonly service: RegistryService;
  /** The identity that clients in the secure mode find. */
  readonly identity: Identity;
  /** How long to wait for what. */
  readonly timings: RegistryTimings;
  /** Most connections at once. */
  readonly maxConnections: number;
  /** The proxies whose word counts on where a client is. */
  readonly trustedProxies: readonly AddressBlock[];
}

/**
 * The connections to a registry: says which ones are let in, and has a session
 * serve each, from its first byte to its last.
 */
export class Connections {
  readonly #service: RegistryService;
  readonly #identity: Identity;
  readonly #timings: RegistryTimings;
  readonly #limits: ConnectionLimits;
  readonly #proxies: readonly AddressBlock[];
  readonly #sessions = new SessionSet();
  /** Sessions that have made room for others: they count no longer. */
  readonly #madeRoom = new Set<Session>();
  /** How many connections are open, and what says that the last is closed. */
  #count = 0;
  readonly #allClosed = Promise.withResolvers<void>();
  readonly #closing = new AbortController();
  #rejecting = 0;

  /** No connection is open. */
  constructor(options: ConnectionsOptions) {
    this.#service = options.service;
    this.#identity = options.identity;
    this.#timings = options.timings;
    this.#limits = new ConnectionLimits(options.maxConnections);
    this.#proxies = options.trustedProxies;
  }

  /** Serves a new connection, or rejects it. */
  accept(wire: Wire): void {
    const { host } = wire.remote;
    if (this.#proxies.length === 0) this.#accept(wire, originOf(host));
    else if (this.#proxies.some((block) => block.contains(host))) {
      this.#acceptProxied(wire);
    } else this.#accept(wire, networksOf(host));
  }

  /** Ends the sessions whose deadline was before `nowS`, in s. */
  expire(nowS: number): void {
    this.#sessions.expire(nowS);
  }

  /** Lets replies under way finish, but not for long, and closes. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#sessions.end();
    const timer = setTimeout(
      () => this.#sessions.abort(),
      this.#timings.closeTimeoutMs,
    );
    if (this.#count > 0) await this.#allClosed.promise;
    clearTimeout(timer);
  }

  /** Accepts a connection from a proxy, once that has named the client. */
  async #acceptProxied(wire: Wire): Promise<void> {
    const limit = this.#enter(UNNAMED_ORIGIN);
    if (limit !== undefined) return this.#reject(wire, UNNAMED_ORIGIN, limit);
    this.#count++;
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
    this.#count++;
    await this.#sessions.track(session, session.serve());
    this.#rejecting--;
    this.#closed();
  }

  /** Serves a connection, from its first byte to its last. */
  async #serve(wire: Wire, origin: Origin): Promise<void> {
    this.#count++;
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
    this.#count--;
    if (this.#count === 0 && this.#closing.signal.aborted) {
      this.#allClosed.resolve();
    }
  }
}
