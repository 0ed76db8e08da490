import type { Database, Statement } from "../../../storage/mod.ts";
import { LETTER_TTL_S, MAX_MAILBOX_BYTES } from "../../../protocol/mod.ts";
import { MailFullError } from "../errors.ts";
import { giveBack } from "./give_back.ts";
import {
  checkLetter,
  checkRoom,
  type MailboxUse,
  maxStoredBytes,
  storedBytes,
} from "../mailbox_limits.ts";
import type {
  CollectOptions,
  Mailbox,
  NewLetter,
  StoredLetter,
} from "../types.ts";

/** How much one sweep removes, in bytes: it takes some 20 ms at most. */
const SWEPT_BYTES = 1024 * 1024;

/** How much of what has expired a letter removes, as a multiple of its size. */
const REMOVED_PER_DEPOSITED = 2;

/** A {@linkcode Mailbox} in a table of SQLite. */
export class SQLiteMailbox implements Mailbox {
  readonly #database: Database;
  readonly #maxBytes: number;
  readonly #measure: Statement;
  readonly #total: Statement;
  readonly #put: Statement;
  readonly #read: Statement;
  readonly #drop: Statement;
  readonly #expired: Statement;
  readonly #remove: Statement;

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

  /**
   * The script that adds the senders, and how many bytes all letters take:
   * {@linkcode storedBytes} of each.
   */
  static readonly senderMigration = `
    ALTER TABLE letters ADD COLUMN sender TEXT NOT NULL DEFAULT '';
    DROP INDEX letters_by_recipient;
    DROP INDEX letters_by_time;
    CREATE INDEX letters_by_recipient
      ON letters (recipient, number, time, size, sender);
    CREATE INDEX letters_by_time ON letters (time, number, size);

    CREATE TABLE mail (bytes INTEGER NOT NULL) STRICT;
    INSERT INTO mail SELECT ifnull(sum(size + 512), 0) FROM letters;
    CREATE TRIGGER letter_added AFTER INSERT ON letters BEGIN
      UPDATE mail SET bytes = bytes + new.size + 512;
    END;
    CREATE TRIGGER letter_removed AFTER DELETE ON letters BEGIN
      UPDATE mail SET bytes = bytes - old.size - 512;
    END;
  `;

  /**
   * A mailbox in a database that has the table.
   *
   * @param maxBytes Most bytes of all letters, with what each takes besides.
   */
  constructor(database: Database, maxBytes: number) {
    this.#database = database;
    this.#maxBytes = maxBytes;
    this.#measure = database.prepare(
      `SELECT count(*) AS letters, ifnull(sum(size), 0) AS bytes,
          count(*) FILTER (WHERE sender = ?1) AS own_letters,
          ifnull(sum(size) FILTER (WHERE sender = ?1), 0) AS own_bytes
        FROM letters WHERE recipient = ?2 AND time > ?3`,
    );
    this.#total = database.prepare("SELECT bytes FROM mail");
    this.#put = database.prepare(
      `INSERT INTO letters (recipient, sender, time, size, sealed)
        VALUES (?, ?, ?, ?, ?)`,
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
      "DELETE FROM letters WHERE recipient = ? AND number = ?",
    );
    this.#expired = database.prepare(
      `SELECT number, size FROM letters WHERE time <= ?
        ORDER BY time, number LIMIT ?`,
    );
    this.#remove = database.prepare("DELETE FROM letters WHERE number = ?");
  }

  /** What all letters take, in bytes, with those that have expired. */
  get storedBytes(): number {
    return this.#total.get()?.integer("bytes") ?? 0;
  }

  deposit({ recipient, sender, sealed }: NewLetter, runTimeS: number): void {
    const { length } = sealed;
    checkLetter(length);
    const use = this.#useOf(recipient, sender, runTimeS);
    checkRoom(use, length);
    const bytes = storedBytes(length);
    const most = maxStoredBytes(use.all, this.#maxBytes);
    const isStored = this.#database.transaction(() => {
      this.#removeExpired(runTimeS, bytes * REMOVED_PER_DEPOSITED);
      if (this.storedBytes + bytes > most) return false;
      this.#put.run(recipient, sender, runTimeS, length, sealed);
      return true;
    });
    if (!isStored) throw new MailFullError();
  }

  collect(
    key: string,
    { after, maxBytes }: CollectOptions,
    runTimeS: number,
  ): StoredLetter[] {
    const most = maxBytes ?? MAX_MAILBOX_BYTES;
    return this.#read.all(key, runTimeS - LETTER_TTL_S, after ?? 0, most)
      .map((row) => ({
        number: row.integer("number"),
        time: row.integer("time"),
        sealed: row.bytes("sealed"),
      }));
  }

  drop(key: string, numbers: readonly number[]): void {
    this.#database.transaction(() => {
      for (const number of numbers) this.#drop.run(key, number);
    });
  }

  count(key: string, runTimeS: number): number {
    return this.#useOf(key, "", runTimeS).all.letters;
  }

  sweep(runTimeS: number): boolean {
    const isLeft = this.#database.transaction(() => {
      this.#removeExpired(runTimeS, SWEPT_BYTES);
      return this.#expired.get(runTimeS - LETTER_TTL_S, 1) !== undefined;
    });
    return isLeft || giveBack(this.#database);
  }

  /** Removes letters that have expired, of so many bytes or some more. */
  #removeExpired(runTimeS: number, bytes: number): void {
    const most = Math.ceil(bytes / storedBytes(0));
    let left = bytes;
    for (const row of this.#expired.all(runTimeS - LETTER_TTL_S, most)) {
      if (left <= 0) return;
      this.#remove.run(row.integer("number"));
      left -= storedBytes(row.integer("size"));
    }
  }

  #useOf(recipient: string, sender: string, runTimeS: number): MailboxUse {
    const row = this.#measure.get(sender, recipient, runTimeS - LETTER_TTL_S);
    const number = (column: string) => row?.integer(column) ?? 0;
    return {
      all: { letters: number("letters"), bytes: number("bytes") },
      own: { letters: number("own_letters"), bytes: number("own_bytes") },
    };
  }
}
