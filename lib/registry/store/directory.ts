import type { Candidates } from "../../protocol/mod.ts";
import type { Awaitable } from "./awaitable.ts";

/**
 * Where a listing continues. It is a plain value that only the directory which
 * returned it understands. It stays valid while leases are made and end.
 */
export type Cursor = number | string;

/** A session of the secure mode, at this registry or another one. */
export interface SessionRef {
  /** Names the session among those of all registries. */
  readonly id: string;
  /** The key that the client has proved, in base64. */
  readonly key: string;
}

/** A client ID that a client holds for a time. */
export interface Lease {
  /** The client ID. */
  readonly clientID: string;
  /** The host that the client was seen at. */
  readonly host: string;
  /** Where the client can be reached, the best first. */
  readonly candidates: Candidates;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
  /** The session that holds the ID; none if it was registered in plain. */
  readonly session: SessionRef | undefined;
}

/** What a session asks for with the lease of a client ID. */
export interface LeaseRequest {
  /** The host that the client is seen at. */
  readonly host: string;
  /** The port that the client accepts others on. */
  readonly port: number;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
}

/** The result of {@linkcode Directory.leaseToSession}. */
export interface SessionLeaseResult {
  /** Whether the session has the lease of the client ID. */
  readonly isLeased: boolean;
  /** The session that held it before, if it was another one. */
  readonly replaced: SessionRef | undefined;
}

/** A client to offer to one that asks for any. */
export interface Offer {
  /** The lease of the client, as it is now. */
  readonly lease: Lease;
  /** Whether no other client could be offered as well. */
  readonly isOnly: boolean;
}

/** Selects the leases of a page. */
export interface ListQuery {
  /** Most leases in the page. */
  readonly limit: number;
  /** Where the page before ended. Default: from the first on. */
  readonly after?: Cursor | undefined;
  /** Only client IDs that begin so. Default: all. */
  readonly prefix?: string;
  /** Only clients that may be named in plain. Default: false. */
  readonly plainOnly?: boolean;
}

/** Leases in the order of their registration. */
export interface LeasePage {
  /** The leases; a page may be empty although another follows. */
  readonly leases: readonly Lease[];
  /** Where the page ends; undefined if it is the last one. */
  readonly end: PageEnd | undefined;
}

/** Where a page ends. */
export interface PageEnd {
  /** The client ID of the last lease that was checked. */
  readonly clientID: string;
  /** Where the next page goes on. */
  readonly cursor: Cursor;
}

/**
 * Who is registered and where, in the order of registration (PROTOCOL.md,
 * "Registrations" and "REGISTER"). Times are whole seconds on one clock, the
 * same in all calls, which only goes forward.
 */
export interface Directory {
  /**
   * Leases a client ID in plain for {@linkcode PLAIN_LEASE_S}, or renews the
   * lease. A renewal keeps its place in the order.
   *
   * @param host The host that the client was seen at, which alone may renew.
   * @param listenHost Where the client can be reached. Default: at `host`.
   * @returns Whether it is leased: false while another host or a session holds
   * the ID.
   */
  leasePlain(
    clientID: string,
    host: string,
    port: number,
    nowS: number,
    listenHost?: string,
  ): Awaitable<boolean>;
  /**
   * Leases a client ID to a session until that releases it. A session takes the
   * lease over from another one of the same key, and from a client that has
   * registered in plain from the same host.
   */
  leaseToSession(
    clientID: string,
    session: SessionRef,
    request: LeaseRequest,
    nowS: number,
  ): Awaitable<SessionLeaseResult>;
  /**
   * Ends the lease of a client ID, if that session holds it.
   *
   * @param graceS How long the lease goes on, in s. Default: it ends at once.
   */
  release(
    clientID: string,
    session: SessionRef,
    nowS: number,
    graceS?: number,
  ): Awaitable<void>;
  /** Ends a lease at once, unless another session or host has the ID now. */
  revoke(lease: Lease): Awaitable<void>;
  /**
   * The lease of a client ID, if there is one. It is to be read before the next
   * call: a directory in memory gives the lease that it goes on changing.
   */
  find(clientID: string, nowS: number): Awaitable<Lease | undefined>;
  /** A page of the leases as they are now, longest registered first. */
  list(query: ListQuery, nowS: number): Awaitable<LeasePage>;
  /**
   * The next client to offer to one that asks for any: each other in turn,
   * longest registered first, then from the start again. Those that refuse
   * connections ({@linkcode setRefusing}) have a turn only if all others do.
   *
   * @param clientID The client that asks.
   * @param host The host that it asks from: only the client that holds the ID
   * has a turn, any other is offered the first.
   * @param plainOnly Whether to offer only clients that may be named in plain.
   */
  nextClient(
    clientID: string,
    host: string,
    nowS: number,
    plainOnly: boolean,
  ): Awaitable<Offer | undefined>;
  /**
   * Notes whether a client that was leased its ID in plain refuses connections,
   * unless it is registered elsewhere now. The note lasts until the client
   * registers again or its lease ends; of very many, the first may be lost.
   */
  setRefusing(lease: Lease, isRefusing: boolean): Awaitable<void>;
  /** Forgets some of the leases that have ended. To be called each second. */
  sweep(nowS: number): Awaitable<void>;
}
