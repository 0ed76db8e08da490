import type { Directory, Holder, Lease, Letter } from "../store/mod.ts";

/** Where a listing stands. */
export interface Listing {
  /** What the client IDs in it begin with; empty for all. */
  readonly prefix: string;
  /** The client ID with which the last page ended. */
  readonly after: string;
  /** What has not been listed yet. */
  readonly leases: Iterator<Lease>;
}

/** A session of the secure mode, as the methods see it. */
export interface SessionState extends Holder {
  /** The host that the client is seen at. */
  readonly host: string;
  /** The client ID that is registered on the session. */
  clientID: string | undefined;
  /** Where the next page of INFO begins. */
  listing: Listing | undefined;
  /** Whether the client has been told that letters wait for it. */
  mailNotified: boolean;
}

/** What the methods work on. */
export interface MethodContext {
  /** Who is registered. */
  readonly directory: Directory;
  /** The time in whole seconds, on the directory's clock. */
  readonly now: number;
  /**
   * Claims a client ID for a key that is seen at a host, or renews the claim.
   *
   * @throws {TooManyError} If the key claims too many.
   * @throws {RegistryError} If the key may not have it.
   */
  claim(clientID: string, key: string, host: string): void;
  /** Notes that a claim is in use. */
  renew(clientID: string, key: string): void;
  /** The key that has claimed a client ID. */
  owner(clientID: string): string | undefined;
  /**
   * Counts a bridge that a key opens.
   *
   * @throws {TooManyError} If it opens too many.
   */
  countBridge(key: string, host: string): void;
  /**
   * Stores a letter for a key, and tells its client if that is online.
   *
   * @throws {RegistryError} If there is no room for it.
   */
  deposit(clientID: string, key: string, sealed: Uint8Array): void;
  /** The letters for a key, as many as fit into a number of bytes. */
  collect(key: string, maxBytes: number): Letter[];
  /** Removes the letters for a key, up to a number. */
  drop(key: string, upTo: number): void;
}
