import type { Database, Statement } from "../../storage/mod.ts";
import type { Incoming, Outgoing } from "./message.ts";
import { messageFrom } from "./message_row.ts";

/** All messages that are kept, in and out, in the order in which they came. */
export class History {
  readonly #database: Database;
  readonly #recent: Statement;
  readonly #recentWith: Statement;
  readonly #search: Statement;
  readonly #count: Statement;
  readonly #forgetChain: Statement;
  readonly #forgetGaps: Statement;

  /** The history in a database that has the tables. */
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
    this.#forgetChain = database.prepare(
      "DELETE FROM chain_ends WHERE peer = ?",
    );
    this.#forgetGaps = database.prepare("DELETE FROM gaps WHERE peer = ?");
  }

  /**
   * The last messages, oldest first.
   *
   * @param peer The other client; undefined for all.
   * @param limit Most messages.
   */
  recent(peer: string | undefined, limit: number): (Incoming | Outgoing)[] {
    const rows = peer === undefined
      ? this.#recent.all(limit)
      : this.#recentWith.all(peer, limit);
    return rows.map(messageFrom).reverse();
  }

  /**
   * The last messages that contain all of the words, oldest first. Whole words
   * match, without regard to case and accents.
   *
   * @param words What the user typed: no character in it has a special meaning.
   * @param limit Most messages.
   */
  search(words: string, limit: number): (Incoming | Outgoing)[] {
    return this.#search.all(matchAll(words), limit).map(messageFrom).reverse();
  }

  /**
   * Removes all messages to and from a client, those that wait as well, and every
   * trace of their words from the file. The IDs of those that were received stay,
   * so that they are not received again. The tables are rewritten, which takes
   * seconds if they are large, and the file gives back the space.
   *
   * @returns How many messages were removed.
   * @throws {StorageError} If that failed: they are still there, or traces of
   * their words may be.
   */
  forget(peer: string): number {
    const removed = this.#database.transaction(() => {
      const all = this.#count.get()?.integer("n") ?? 0;
      for (const table of ["messages", "unseen"]) this.#rewrite(table, peer);
      this.#forgetChain.run(peer);
      this.#forgetGaps.run(peer);
      return all - (this.#count.get()?.integer("n") ?? 0);
    });
    this.#database.shrink();
    this.#database.checkpoint();
    return removed;
  }

  /**
   * Empties a table and puts back what is kept: a row that is only deleted
   * leaves copies in unused parts of the pages that it has been on. (VACUUM would
   * do this too, but the runtime allows it only with all permissions.)
   */
  #rewrite(table: string, peer: string): void {
    const database = this.#database;
    database.run(`CREATE TEMP TABLE kept AS SELECT * FROM ${table} LIMIT 0`);
    database.prepare(`INSERT INTO kept SELECT * FROM ${table} WHERE peer <> ?`)
      .run(peer);
    if (table === "messages") {
      // The trigger indexes the messages again when they are put back.
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
function matchAll(words: string): string {
  return words.replaceAll("\0", " ").split(/\s+/)
    .map((word) => `"${word.replaceAll('"', '""')}"`)
    .join(" ");
}
