import type { Database, Statement } from "../../storage/mod.ts";
import { type Incoming, messageOf, type Outgoing } from "./messages.ts";

/** All messages that are kept, both ways, in the order of their coming. */
export class History {
  readonly #database: Database;
  readonly #recent: Statement;
  readonly #recentWith: Statement;
  readonly #search: Statement;
  readonly #count: Statement;

  /** A history that is kept in a database with the table of messages. */
  constructor(database: Database) {
    this.#database = database;
    this.#recent = database.prepare(
      "SELECT * FROM messages ORDER BY number DESC LIMIT ?",
    );
    this.#recentWith = database.prepare(
      "SELECT * FROM messages WHERE peer = ? ORDER BY number DESC LIMIT ?",
    );
    this.#search = database.prepare(
      `SELECT messages.* FROM words JOIN messages ON number = words.rowid
        WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT ?`,
    );
    this.#count = database.prepare("SELECT count(*) AS n FROM messages");
  }

  /**
   * The last messages, oldest first.
   *
   * @param peer With whom; undefined for everybody.
   * @param most How many there may be.
   */
  recent(peer: string | undefined, most: number): (Incoming | Outgoing)[] {
    const rows = peer === undefined
      ? this.#recent.all(most)
      : this.#recentWith.all(peer, most);
    return rows.map(messageOf).reverse();
  }

  /**
   * The last messages in which all of the words stand, oldest first. Case and
   * accents do not matter; whole words are looked for.
   *
   * @param words What a person typed: nothing in it has a special meaning.
   * @param most How many there may be.
   */
  search(words: string, most: number): (Incoming | Outgoing)[] {
    return this.#search.all(quoted(words), most).map(messageOf).reverse();
  }

  /**
   * Removes all messages to and from somebody, those that wait as well, and
   * every trace of their words from the file. What stays are the IDs of those
   * that came, so that they do not come again. The file is written anew, which
   * takes seconds where much else is kept.
   *
   * @returns How many were removed.
   * @throws {StorageError} If that was not possible: they are still there, or
   * traces of their words may be.
   */
  forget(peer: string): number {
    const removed = this.#database.transaction(() => {
      const all = this.#count.get()?.integer("n") ?? 0;
      for (const table of ["messages", "unseen"]) this.#rewrite(table, peer);
      return all - (this.#count.get()?.integer("n") ?? 0);
    });
    this.#database.emptyLog();
    return removed;
  }

  /**
   * Empties a table and puts back what is kept: a row that is only deleted
   * leaves copies in the corners of the pages that it has been on. (VACUUM would
   * do this too; the runtime allows it to nobody with less than all permissions.)
   */
  #rewrite(table: string, peer: string): void {
    const database = this.#database;
    database.run(`CREATE TEMP TABLE kept AS SELECT * FROM ${table} LIMIT 0`);
    database.prepare(`INSERT INTO kept SELECT * FROM ${table} WHERE peer <> ?`)
      .run(peer);
    if (table === "messages") {
      // Putting the messages back indexes their words again.
      database.run("INSERT INTO words (words) VALUES ('delete-all')");
    }
    database.run(`
      DELETE FROM ${table};
      INSERT INTO ${table} SELECT * FROM kept ORDER BY number;
      DROP TABLE kept;
    `);
  }
}

/** A query for all of the words (https://sqlite.org/fts5.html, section 3.1). */
function quoted(words: string): string {
  return words.replaceAll("\0", " ").split(/\s+/)
    .map((word) => `"${word.replaceAll('"', '""')}"`)
    .join(" ");
}
