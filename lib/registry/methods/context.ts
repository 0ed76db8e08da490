import type { Origin } from "../../net/mod.ts";
import type { KeyChange } from "../../secure/mod.ts";
import type { NewClaims, ReachabilityChecks } from "../policy/mod.ts";
import type {
  Claims,
  Cursor,
  Directory,
  Mailbox,
  Push,
  SessionRef,
} from "../store/mod.ts";

/** A session of the secure mode, as the methods see it. */
export interface SessionState {
  /** The session, as the store names it. */
  readonly ref: SessionRef;
  /** The host that the client is seen at. */
  readonly host: string;
  /** The networks that the client counts as. */
  readonly origin: Origin;
  /** The client ID that is registered on the session. */
  clientID: string | undefined;
  /** Where the next page of INFO begins. */
  listing: Listing | undefined;
  /** Whether the client has been told that letters wait for it. */
  mailNotified: boolean;
}

/** Where a listing by INFO stands. */
export interface Listing {
  /** What the client IDs in it begin with; empty for all. */
  readonly prefix: string;
  /** The client ID with which the last page ended. */
  readonly after: string;
  /** Where the next page goes on. */
  readonly cursor: Cursor;
}

/** What the methods work on: the store, and the rules of this registry. */
export interface MethodContext {
  /** Who is registered. */
  readonly directory: Directory;
  /** Which key owns which client ID. */
  readonly claims: Claims;
  /** Letters that wait for their recipients. */
  readonly mailbox: Mailbox;
  /** Reaches other sessions. */
  readonly push: Push;
  /** Finds out whether a client is still there. */
  readonly reachability: ReachabilityChecks;
  /** The client IDs that keys have claimed lately. */
  readonly newClaims: NewClaims;
  /** The time in whole s, on the directory's clock. */
  readonly nowS: number;
  /** How long the registry has run, in all its starts together, in whole s. */
  readonly runTimeS: number;
  /**
   * Checks that a key may register.
   *
   * @throws {RegistryError} If the allow list does not have it.
   */
  checkAllowed(key: string): void;
  /**
   * Whether statements that are sealed to this registry prove that a key took
   * the place of another.
   */
  isRotated(statements: readonly Uint8Array[], change: KeyChange): boolean;
  /**
   * Counts a claim that a key of an origin makes.
   *
   * @throws {RateLimitError} If the key or the origin claims too many.
   */
  countClaim(key: string, origin: Origin): void;
  /**
   * Counts a bridge that a key opens.
   *
   * @throws {RateLimitError} If the key opens too many.
   */
  countBridge(key: string): void;
  /**
   * Counts the bytes of a letter that a key of an origin leaves.
   *
   * @throws {RateLimitError} If the key or the origin leaves too many.
   */
  countDeposit(key: string, origin: Origin, bytes: number): void;
  /**
   * Checks that a key of an origin may collect letters.
   *
   * @throws {RateLimitError} If either has collected too many bytes.
   */
  checkCollect(key: string, origin: Origin): void;
  /** Counts the bytes of letters that a key of an origin has collected. */
  countCollected(key: string, origin: Origin, bytes: number): void;
}
