import type { Database, Statement } from "../../storage/mod.ts";
import {
  CODE,
  LETTER_TTL_S,
  MAX_LETTER_BYTES,
  MAX_LETTERS,
  MAX_MAILBOX_BYTES,
} from "../../protocol/mod.ts";
import { RegistryError } from "../errors.ts";

/** How many letters one {@linkcode Mailbox.sweep} removes. */
const SWEEP = 100;

/** A sealed message that waits for its recipient. */
export interface Letter {
  /** Its place in the mailbox: a later letter has a higher one. */
  readonly number: number;
  /** When it was deposited, in seconds since the epoch. */
  readonly time: number;
  /** What only the recipient can open. */
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/** Which letters {@linkcode Mailbox.collect} hands out. */
export interface Collection {
  /** Only those with a higher number. Default: from the first on. */
  readonly after?: number;
  /** Not more bytes than this, but always one letter. Default: all. */
  readonly maxBytes?: number;
}

/**
 * Letters for clients that are not online, by the key of the recipient, for 7
 * days (PROTOCOL.md, "Mailbox"). A key is the base64 of its bytes; times are
 * whole seconds since the epoch.
 */
export class Mailbox {
  readonly #measure: Statement;
  readonly #put: Statement;
  readonly #read: Statement;
  readonly #drop: Statement;
  readonly #sweep: Statement;

  /** The script that makes the table. */
  static readonly migration = `
    -- A number is never given twice: a recipient may drop up to one that was
    -- taken away long ago.
    CREATE TABLE letters (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      recipient TEXT NOT NULL,
      time INTEGER NOT NULL,
      size INTEGER NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;
    CREATE INDEX letters_by_recipient
      ON letters (recipient, number, time, size);
    CREATE INDEX letters_by_time ON letters (time);
  `;

  /** A mailbox that is kept in a database with the table. */
  constructor(database: Database) {
    this.#measure = database.prepare(
      `SELECT count(*) AS letters, ifnull(sum(size), 0) AS bytes FROM letters
        WHERE recipient = ? AND time > ?`,
    );
    this.#put = database.prepare(
      "INSERT INTO letters (recipient, time, size, sealed) VALUES (?, ?, ?, ?)",
    );
    this.#read = database.prepare(
      `WITH waiting AS (
        SELECT number, sum(size) OVER (ORDER BY number) AS total FROM letters
          WHERE recipient = ? AND time > ? AND number > ?
      )
      SELECT number, time, sealed FROM waiting JOIN letters USING (number)
        WHERE total <= ? OR total = size ORDER BY number`,
    );
    this.#drop = database.prepare(
      "DELETE FROM letters WHERE recipient = ? AND number <= ?",
    );
    this.#sweep = database.prepare(
      `DELETE FROM letters WHERE number IN
        (SELECT number FROM letters WHERE time <= ? LIMIT ${SWEEP})`,
    );
  }

  /**
   * Leaves a letter for a recipient. It is on the disk when this returns.
   *
   * @param key The recipient's key.
   * @param now The time, in seconds.
   * @throws {RegistryError} 413 if the letter is too large, 507 if too much
   * waits for the recipient already.
   * @throws {StorageError} If it could not be stored.
   */
  deposit(key: string, sealed: Uint8Array, now: number): void {
    const { length } = sealed;
    if (length > MAX_LETTER_BYTES) {
      throw new RegistryError(
        CODE.tooLarge,
        `a letter may have ${MAX_LETTER_BYTES} bytes, not ${length}`,
      );
    }
    const { letters, bytes } = this.#waiting(key, now);
    if (letters >= MAX_LETTERS || bytes + length > MAX_MAILBOX_BYTES) {
      throw new RegistryError(
        CODE.mailboxFull,
        "the recipient's mailbox is full: there is room once the recipient " +
          "has been online, or 7 days after the oldest letter",
      );
    }
    this.#put.run(key, now, length, sealed);
  }

  /**
   * The letters that wait for a recipient, oldest first. They stay until they
   * are dropped.
   *
   * @param key The recipient's key.
   * @param now The time, in seconds.
   */
  collect(key: string, { after, maxBytes }: Collection, now: number): Letter[] {
    const most = maxBytes ?? MAX_MAILBOX_BYTES;
    return this.#read.all(key, now - LETTER_TTL_S, after ?? 0, most)
      .map((row) => ({
        number: row.integer("number"),
        time: row.integer("time"),
        sealed: row.bytes("sealed"),
      }));
  }

  /**
   * Removes letters that the recipient has: all up to the number `upTo`.
   *
   * @param key The recipient's key.
   * @throws {StorageError} If it could not be stored.
   */
  drop(key: string, upTo: number): void {
    this.#drop.run(key, upTo);
  }

  /**
   * How many letters wait for a recipient.
   *
   * @param key The recipient's key.
   * @param now The time, in seconds.
   */
  count(key: string, now: number): number {
    return this.#waiting(key, now).letters;
  }

  /**
   * Removes letters whose time is over, some at a time; nobody is given them
   * anyhow.
   *
   * @param now The time, in seconds.
   * @throws {StorageError} If it could not be stored.
   */
  sweep(now: number): void {
    this.#sweep.run(now - LETTER_TTL_S);
  }

  #waiting(key: string, now: number): { letters: number; bytes: number } {
    const row = this.#measure.get(key, now - LETTER_TTL_S);
    return {
      letters: row?.integer("letters") ?? 0,
      bytes: row?.integer("bytes") ?? 0,
    };
  }
}
