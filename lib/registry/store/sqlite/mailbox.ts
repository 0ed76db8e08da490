import type { Database, Statement } from "../../../storage/mod.ts";
import { LETTER_TTL_S, MAX_MAILBOX_BYTES } from "../../../protocol/mod.ts";
import { checkLetter, checkRoom, type MailboxSize } from "../mailbox_limits.ts";
import type { CollectOptions, Mailbox, StoredLetter } from "../types.ts";

/** How many letters one sweep removes. */
const MAX_SWEPT_LETTERS = 100;

/** A {@linkcode Mailbox} in a table of SQLite. */
export class SQLiteMailbox implements Mailbox {
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

  /** A mailbox in a database that has the table. */
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
        (SELECT number FROM letters WHERE time <= ? LIMIT ${MAX_SWEPT_LETTERS})`,
    );
  }

  deposit(key: string, sealed: Uint8Array, runTimeS: number): void {
    const { length } = sealed;
    checkLetter(length);
    checkRoom(this.#sizeOf(key, runTimeS), length);
    this.#put.run(key, runTimeS, length, sealed);
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

  drop(key: string, upTo: number): void {
    this.#drop.run(key, upTo);
  }

  count(key: string, runTimeS: number): number {
    return this.#sizeOf(key, runTimeS).letters;
  }

  sweep(runTimeS: number): void {
    this.#sweep.run(runTimeS - LETTER_TTL_S);
  }

  #sizeOf(key: string, runTimeS: number): MailboxSize {
    const row = this.#measure.get(key, runTimeS - LETTER_TTL_S);
    return {
      letters: row?.integer("letters") ?? 0,
      bytes: row?.integer("bytes") ?? 0,
    };
  }
}
