import type { ErrorReply } from "../../protocol/mod.ts";
import type { Awaitable } from "./awaitable.ts";
import type { Directory, SessionRef } from "./directory.ts";

export type { Awaitable } from "./awaitable.ts";
export type * from "./directory.ts";

/**
 * How long the registry has run, in all its starts together, in whole seconds.
 * Claims and letters age by it, and not by the machine's clock, which may be
 * wrong for a time: nothing ages while the registry is not running.
 */
export interface RunTime {
  /** How long when the store was opened. */
  readonly atOpenS: number;
  /**
   * Stores how long by now. To be called each minute, and at the end.
   *
   * @throws {StorageError} If the store failed.
   */
  save(runTimeS: number): Awaitable<void>;
}

/** The right of a key to a client ID, in every spelling of it. */
export interface Claim {
  /** The client ID in the spelling in which it was claimed last. */
  readonly clientID: string;
  /** The key that owns it. */
  readonly key: string;
}

/** A claim in a list of all. */
export interface ListedClaim extends Claim {
  /** For how long it has not been used, in s of {@linkcode RunTime}. */
  readonly unusedS: number;
}

/**
 * Which key owns which client ID: the first one that registers it, until it has
 * not been used for {@linkcode CLAIM_TTL_S} (PROTOCOL.md, "Claims"). An ID is
 * claimed in every spelling: letters are compared without regard to case. A key
 * is the base64 of its bytes; times are those of {@linkcode RunTime}.
 */
export interface Claims {
  /**
   * The claim on a client ID.
   *
   * @param clientID The ID, in any spelling.
   * @throws {StorageError} If the store failed.
   */
  find(clientID: string, runTimeS: number): Awaitable<Claim | undefined>;
  /**
   * Claims a client ID for a key, or uses the claim that the key has on it, which
   * then has this spelling. The claim is stored when this is done; a new one also
   * removes two that have lapsed, if there are any.
   *
   * @returns Whether the ID is the key's: false if another key owns it.
   * @throws {StorageError} If the store failed.
   */
  claim(clientID: string, key: string, runTimeS: number): Awaitable<boolean>;
  /**
   * Uses the claim on a client ID, in any spelling, if the key has it.
   *
   * @throws {StorageError} If the store failed.
   */
  renew(clientID: string, key: string, runTimeS: number): Awaitable<void>;
  /**
   * Moves the claim on a client ID from one key to another, which then has used
   * it. Nothing changes if neither key owns the ID.
   *
   * @returns Whether the ID is the other key's now: also if it was already.
   * @throws {StorageError} If the store failed.
   */
  move(
    clientID: string,
    fromKey: string,
    toKey: string,
    runTimeS: number,
  ): Awaitable<boolean>;
  /**
   * Removes the claim on a client ID, in any spelling: any key may claim it then.
   *
   * @returns The claim; undefined if no key has claimed the ID.
   * @throws {StorageError} If the store failed.
   */
  release(clientID: string, runTimeS: number): Awaitable<Claim | undefined>;
  /**
   * A page of the claims, in the order of the client IDs; an empty one is the
   * last.
   *
   * @param after The client ID with which the page before ended; empty for the
   * first page.
   * @throws {StorageError} If the store failed.
   */
  list(after: string, runTimeS: number): Awaitable<ListedClaim[]>;
  /**
   * Removes some of the claims that have lapsed. To be called each minute, and
   * each second while some are left.
   *
   * @returns Whether some are left.
   * @throws {StorageError} If the store failed.
   */
  sweep(runTimeS: number): Awaitable<boolean>;
}

/** A sealed message that waits for its recipient. */
export interface StoredLetter {
  /** Its place in the mailbox: a later letter has a higher one. */
  readonly number: number;
  /** When it was deposited, in s of {@linkcode RunTime}. */
  readonly time: number;
  /** What only the recipient can open. */
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/** A letter that a sender leaves for a recipient. */
export interface NewLetter {
  /** The key of the recipient. */
  readonly recipient: string;
  /** The key of the sender, which has proved it. */
  readonly sender: string;
  /** What only the recipient can open. */
  readonly sealed: Uint8Array;
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
 * bytes; times are those of {@linkcode RunTime}.
 */
export interface Mailbox {
  /**
   * Leaves a letter for a recipient. It is stored when this is done, and at least
   * twice its size of letters that have expired is removed, as far as there are
   * any: so those never grow in number or size.
   *
   * @throws {LetterTooLargeError} If the letter is too large for any mailbox.
   * @throws {MailboxFullError} If too much waits already: for the recipient, of
   * this sender for the recipient, or at this registry.
   * @throws {StorageError} If the store failed.
   */
  deposit(letter: NewLetter, runTimeS: number): Awaitable<void>;
  /**
   * The letters that wait for a recipient, oldest first. They stay until they
   * are dropped.
   *
   * @throws {StorageError} If the store failed.
   */
  collect(
    key: string,
    options: CollectOptions,
    runTimeS: number,
  ): Awaitable<StoredLetter[]>;
  /**
   * Removes letters that the recipient has, by their numbers.
   *
   * @throws {StorageError} If the store failed.
   */
  drop(key: string, numbers: readonly number[]): Awaitable<void>;
  /**
   * How many letters wait for a recipient.
   *
   * @throws {StorageError} If the store failed.
   */
  count(key: string, runTimeS: number): Awaitable<number>;
  /**
   * Removes some of the letters that have expired, and gives back some of the
   * space that letters no longer take. To be called each minute, and each second
   * while some is left.
   *
   * @returns Whether some is left.
   * @throws {StorageError} If the store failed.
   */
  sweep(runTimeS: number): Awaitable<boolean>;
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
  /** How long the registry has run. */
  readonly runTime: RunTime;
}
