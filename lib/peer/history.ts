import type { Database, Statement } from "../storage/mod.ts";
import { type Incoming, messageOf, type Outgoing } from "./messages.ts";

/** All messages that are kept, both ways, in the order of their coming. */
export class History {
  readonly #database: Database;
  readonly #recent: Statement;
  readonly #recentWith: Statement;
  readonly #search: Statement;
  readonly #forget: Statement;
  readonly #forgetUnseen: Statement;
  readonly #reindex: Statement;

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
    this.#forget = database.prepare("DELETE FROM messages WHERE peer = ?");
    this.#forgetUnseen = database.prepare("DELETE FROM unseen WHERE peer = ?");
    this.#reindex = database.prepare(
      "INSERT INTO words (words) VALUES ('rebuild')",
    );
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
      const removed = this.#forget.run(peer);
      this.#forgetUnseen.run(peer);
      // Far quicker than taking messages out of the index one by one, and sure
      // to leave nothing of them.
      if (removed > 0) this.#reindex.run();
      return removed;
    });
    this.#database.rewrite();
    return removed;
  }
}

/** A query for all of the words (https://sqlite.org/fts5.html, section 3.1). */
function quoted(words: string): string {
  return words.replaceAll("\0", " ").split(/\s+/)
    .map((word) => `"${word.replaceAll('"', '""')}"`)
    .join(" ");
}
