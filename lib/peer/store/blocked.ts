import type { Database, Row, Statement } from "../../storage/mod.ts";

/** A client that the user has blocked. */
export interface BlockedClient {
  /** The key that is blocked, in base64. */
  readonly key: string;
  /** The client ID that the key had then. */
  readonly name: string;
  /** Since when, in ms since the epoch. */
  readonly since: number;
}

/** The clients that the user has blocked, by key. */
export class Blocked {
  readonly #has: Statement;
  readonly #all: Statement;
  readonly #add: Statement;
  readonly #remove: Statement;

  /** The blocked clients in a database that has the table. */
  constructor(database: Database) {
    // A key stays blocked when another has replaced it.
    this.#has = database.prepare(
      `SELECT 1 FROM blocked WHERE key = ?1 OR key IN
        (SELECT successor FROM former_keys WHERE key = ?1)`,
    );
    this.#all = database.prepare("SELECT * FROM blocked ORDER BY number");
    this.#add = database.prepare(
      "INSERT OR IGNORE INTO blocked (key, name, since) VALUES (?, ?, ?)",
    );
    this.#remove = database.prepare("DELETE FROM blocked WHERE key = ?");
  }

  /** Whether a key is blocked. */
  has(key: string): boolean {
    return this.#has.get(key) !== undefined;
  }

  /** All of them, in the order in which they were blocked. */
  list(): BlockedClient[] {
    return this.#all.all().map(blockedFrom);
  }

  /**
   * Blocks a key.
   *
   * @throws {StorageError} If that could not be stored.
   */
  add({ key, name, since }: BlockedClient): void {
    this.#add.run(key, name, since);
  }

  /**
   * Blocks a key no longer.
   *
   * @throws {StorageError} If that could not be stored.
   */
  remove(key: string): void {
    this.#remove.run(key);
  }
}

function blockedFrom(row: Row): BlockedClient {
  return {
    key: row.text("key"),
    name: row.text("name"),
    since: row.integer("since"),
  };
}
