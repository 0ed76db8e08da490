import type { Candidates, ErrorReply } from "../../protocol/mod.ts";

/**
 * A value that is there at once, or later. What calls a store in the plain mode
 * waits only for a promise.
 */
export type Awaitable<T> = T | Promise<T>;

/**
 * Where a listing goes on. It is a plain value that only the directory which
 * gave it understands, and it stays good whatever is registered or ends.
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

/** What a session registers with its client ID. */
export interface Registration {
  /** The host that the client is seen at. */
  readonly host: string;
  /** The port that the client accepts others on. */
  readonly port: number;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
}

/** What has become of {@linkcode Directory.hold}. */
export interface HoldResult {
  /** Whether the session holds the client ID. */
  readonly isHeld: boolean;
  /** The session that held it before, if it was another one. */
  readonly replaced: SessionRef | undefined;
}

/** Which leases are listed. */
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
  /** The leases; there may be none, and more all the same. */
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
   * @returns Whether it is leased: false while another host or a session holds
   * the ID.
   */
  register(
    clientID: string,
    host: string,
    port: number,
    now: number,
  ): Awaitable<boolean>;
  /**
   * Leases a client ID to a session until that releases it. A session takes the
   * lease over from another one of the same key, and from a client that has
   * registered in plain from the same host.
   */
  hold(
    clientID: string,
    session: SessionRef,
    registration: Registration,
    now: number,
  ): Awaitable<HoldResult>;
  /**
   * Ends the lease of a client ID, if that session holds it.
   *
   * @param graceS How long the lease goes on, in s. Default: it ends at once.
   */
  release(
    clientID: string,
    session: SessionRef,
    now: number,
    graceS?: number,
  ): Awaitable<void>;
  /** Ends a lease at once, unless another session or host has the ID now. */
  revoke(lease: Lease): Awaitable<void>;
  /** The lease of a client ID, if there is one. */
  find(clientID: string, now: number): Awaitable<Lease | undefined>;
  /** A page of the leases, longest registered first. */
  list(query: ListQuery, now: number): Awaitable<LeasePage>;
  /**
   * The next client to offer to one that asks for any: each other in turn,
   * longest registered first, then from the start again.
   *
   * @param clientID The client that asks.
   * @param host The host that it asks from: only the client that holds the ID
   * has a turn, any other is offered the first.
   * @param plainOnly Whether to offer only clients that may be named in plain.
   */
  offer(
    clientID: string,
    host: string,
    now: number,
    plainOnly: boolean,
  ): Awaitable<Lease | undefined>;
  /** Forgets some of the leases that have ended. To be called each second. */
  sweep(now: number): Awaitable<void>;
}

/**
 * Which key owns which client ID: the first one that registers it, until it has
 * not been used for {@linkcode CLAIM_TTL_S} (PROTOCOL.md, "Claims"). A key is
 * the base64 of its bytes; times are whole seconds since 1970.
 */
export interface Claims {
  /**
   * The key that owns a client ID.
   *
   * @throws {StorageError} If the store failed.
   */
  owner(clientID: string, now: number): Awaitable<string | undefined>;
  /**
   * Claims a client ID for a key, or uses the claim that the key has on it. The
   * claim is stored when this is done.
   *
   * @returns Whether the ID is the key's: false if another key owns it.
   * @throws {StorageError} If the store failed.
   */
  claim(clientID: string, key: string, now: number): Awaitable<boolean>;
  /**
   * Removes some of the claims that have lapsed. To be called each minute.
   *
   * @throws {StorageError} If the store failed.
   */
  sweep(now: number): Awaitable<void>;
}

/** A sealed message that waits for its recipient. */
export interface Letter {
  /** Its place in the mailbox: a later letter has a higher one. */
  readonly number: number;
  /** When it was deposited, in s since 1970. */
  readonly time: number;
  /** What only the recipient can open. */
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/** Which letters {@linkcode Mailbox.collect} hands out. */
export interface CollectOptions {
  /** Only those with a higher number. Default: from the first on. */
  readonly after?: number;
  /** Not more bytes than this, but always one letter. Default: all. */
  readonly maxBytes?: number;
}

/**
 * Letters for clients, by the key of the recipient, for
 * {@linkcode LETTER_TTL_S} (PROTOCOL.md, "Mailbox"). A key is the base64 of its
 * bytes; times are whole seconds since 1970.
 */
export interface Mailbox {
  /**
   * Leaves a letter for a recipient. It is stored when this is done.
   *
   * @throws {RegistryError} 413 if the letter is too large, 507 if too much
   * waits for the recipient already.
   * @throws {StorageError} If the store failed.
   */
  deposit(key: string, sealed: Uint8Array, now: number): Awaitable<void>;
  /**
   * The letters that wait for a recipient, oldest first. They stay until they
   * are dropped.
   *
   * @throws {StorageError} If the store failed.
   */
  collect(
    key: string,
    options: CollectOptions,
    now: number,
  ): Awaitable<Letter[]>;
  /**
   * Removes letters that the recipient has: all up to the number `upTo`.
   *
   * @throws {StorageError} If the store failed.
   */
  drop(key: string, upTo: number): Awaitable<void>;
  /**
   * How many letters wait for a recipient.
   *
   * @throws {StorageError} If the store failed.
   */
  count(key: string, now: number): Awaitable<number>;
  /**
   * Removes some of the letters that have expired. To be called each minute.
   *
   * @throws {StorageError} If the store failed.
   */
  sweep(now: number): Awaitable<void>;
}

/** What a session is told without having asked. */
export type Notification =
  /** Letters wait for the client. */
  | { readonly type: "mail" }
  /** The client no longer holds its ID, and the session is to end. */
  | { readonly type: "dismissed"; readonly error: ErrorReply };

/**
 * Tells sessions what they have not asked for, whichever registry serves them.
 * A session that has ended is not told, and that is no error.
 */
export interface Push {
  /** Has notifications for a session delivered here. */
  subscribe(
    session: SessionRef,
    receive: (notification: Notification) => void,
  ): Awaitable<void>;
  /** Delivers nothing more for a session. */
  unsubscribe(session: SessionRef): Awaitable<void>;
  /** Sends a notification to a session. */
  notify(session: SessionRef, notification: Notification): Awaitable<void>;
}

/**
 * All that a registry remembers. Several registries with one store are one to
 * their clients.
 */
export interface Store {
  /** Who is registered. */
  readonly directory: Directory;
  /** Which key owns which client ID. */
  readonly claims: Claims;
  /** Letters that wait for their recipients. */
  readonly mailbox: Mailbox;
  /** Reaches sessions. */
  readonly push: Push;
}
