import type { Database, Statement } from "../../storage/mod.ts";
import type { Pins } from "./pins.ts";

/** A client whose key another has replaced. */
export interface KeyReplacement {
  /** The client ID. */
  readonly name: string;
  /** The old key, in base64. */
  readonly fromKey: string;
  /** The key that has taken its place, in base64. */
  readonly toKey: string;
}

/** The keys that other clients have replaced, and may not use any more. */
export class FormerKeys {
  readonly #database: Database;
  readonly #pins: Pins;
  readonly #of: Statement;
  readonly #has: Statement;
  readonly #follow: Statement;
  readonly #add: Statement;
  readonly #carry: readonly Statement[];
  readonly #resetDeposits: Statement;

  /** The script that makes the table. */
  static readonly migration = `
    -- The keys that other clients have replaced, and by which keys.
    CREATE TABLE former_keys (
      key TEXT NOT NULL,
      name TEXT NOT NULL,
      successor TEXT NOT NULL,
      PRIMARY KEY (key, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX former_keys_by_name ON former_keys (name);
  `;

  /** The keys in a database that has the table. */
  constructor(database: Database, pins: Pins) {
    this.#database = database;
    this.#pins = pins;
    const prepare = (sql: string) => database.prepare(sql);
    this.#of = prepare("SELECT key FROM former_keys WHERE name = ?");
    this.#has = prepare(
      "SELECT 1 FROM former_keys WHERE key = ? AND name = ?",
    );
    this.#follow = prepare(
      "UPDATE former_keys SET successor = ? WHERE successor = ? AND name = ?",
    );
    this.#add = prepare("INSERT OR REPLACE INTO former_keys VALUES (?, ?, ?)");
    // Parameter 1 is the new key, parameter 2 the old one.
    this.#carry = [
      "UPDATE OR IGNORE blocked SET key = ?1 WHERE key = ?2",
      // What has arrived under the old key does not arrive again.
      `INSERT OR IGNORE INTO received (sender, id)
        SELECT new.number, id FROM received
          JOIN senders AS old ON old.number = sender AND old.key = ?2
          JOIN senders AS new ON new.key = ?1`,
      "UPDATE OR IGNORE senders SET key = ?1 WHERE key = ?2",
      "UPDATE OR IGNORE requests SET key = ?1 WHERE key = ?2",
      "UPDATE OR IGNORE daily_totals SET sender = ?1 WHERE sender = ?2",
      "UPDATE OR IGNORE held SET key = ?1 WHERE key = ?2",
    ].map(prepare);
    this.#resetDeposits = prepare(
      "UPDATE messages SET state = 0, left_at = NULL WHERE peer = ? AND state = 1",
    );
  }

  /** The keys, in base64, that a client has replaced. */
  of(name: string): string[] {
    return this.#of.all(name).map((row) => row.text("key"));
  }

  /** Whether a client has replaced a key, in base64. */
  has(name: string, key: string): boolean {
    return this.#has.get(key, name) !== undefined;
  }

  /**
   * Replaces the key of a client: the pin, which is not verified then, the block,
   * and what has arrived from it. What was deposited for the client counts as not
   * deposited, since its mailbox is another one.
   *
   * @throws {StorageError} If that could not be stored: nothing has changed.
   */
  replace({ name, fromKey, toKey }: KeyReplacement): void {
    this.#database.transaction(() => {
      if (this.#pins.get(name)?.key === fromKey) this.#pins.pin(name, toKey);
      this.#follow.run(toKey, fromKey, name);
      this.#add.run(fromKey, name, toKey);
      for (const statement of this.#carry) statement.run(toKey, fromKey);
      this.#resetDeposits.run(name);
    });
  }
}
