import type { Database, Row, Statement } from "../../storage/mod.ts";

/** What is known of somebody's key. */
export interface Pin {
  /** The key, as the base64 of its bytes. */
  readonly key: string;
  /** Whether the person has compared the safety number. */
  readonly verified: boolean;
}

/**
 * The keys that clients and registries had when this client last met them.
 * A client goes by its client ID, a registry by
 * `HOST:PORT`; a client ID has no colon.
 */
export class Pins {
  readonly #get: Statement;
  readonly #nameOf: Statement;
  readonly #clients: Statement;
  readonly #put: Statement;
  readonly #verify: Statement;

  /** Pins that are kept in a database with the table. */
  constructor(database: Database) {
    this.#get = database.prepare(
      "SELECT key, verified FROM pins WHERE name = ?",
    );
    this.#nameOf = database.prepare(
      `SELECT name FROM pins WHERE key = ? AND instr(name, ':') = 0
        ORDER BY number DESC LIMIT 1`,
    );
    this.#clients = database.prepare(
      "SELECT name FROM pins WHERE instr(name, ':') = 0 ORDER BY name",
    );
    // A pin that replaces another gets a number of its own, the newest.
    this.#put = database.prepare(
      "REPLACE INTO pins (name, key, verified) VALUES (?, ?, 0)",
    );
    this.#verify = database.prepare(
      "UPDATE pins SET verified = 1 WHERE name = ?",
    );
  }

  /** What is known of a name's key; undefined before the first contact. */
  get(name: string): Pin | undefined {
    const row = this.#get.get(name);
    return row && pinOf(row);
  }

  /** The client ID that a key was last pinned to, if it was. */
  nameOf(key: string): string | undefined {
    return this.#nameOf.get(key)?.text("name");
  }

  /** The client IDs that are pinned, in their order. */
  clients(): string[] {
    return this.#clients.all().map((row) => row.text("name"));
  }

  /**
   * Pins a name to a key: at the first contact, or because the person trusts
   * the new key. It is not verified, unless it was pinned and verified before.
   *
   * @throws {StorageError} If it could not be stored.
   */
  pin(name: string, key: string): void {
    if (this.get(name)?.key !== key) this.#put.run(name, key);
  }

  /**
   * Marks the key that a name is pinned to as verified.
   *
   * @throws {StorageError} If it could not be stored.
   */
  verify(name: string): void {
    this.#verify.run(name);
  }
}

function pinOf(row: Row): Pin {
  return { key: row.text("key"), verified: row.integer("verified") === 1 };
}
