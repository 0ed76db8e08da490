import type { Database, Statement } from "../../storage/mod.ts";

/**
 * The registries, by HOST:PORT, that have turned out to speak only the plain
 * protocol: a client that talks in plain asks them for nothing else again, since
 * some end at a request that they do not know.
 */
export class PlainRegistries {
  readonly #has: Statement;
  readonly #add: Statement;
  readonly #remove: Statement;

  /** The registries in a database that has the table. */
  constructor(database: Database) {
    this.#has = database.prepare(
      "SELECT address FROM plain_registries WHERE address = ?",
    );
    this.#add = database.prepare(
      "INSERT OR IGNORE INTO plain_registries (address) VALUES (?)",
    );
    this.#remove = database.prepare(
      "DELETE FROM plain_registries WHERE address = ?",
    );
  }

  /** Whether a registry is remembered. */
  has(address: string): boolean {
    return this.#has.get(address) !== undefined;
  }

  /**
   * Remembers a registry.
   *
   * @throws {StorageError} If it could not be stored.
   */
  add(address: string): void {
    this.#add.run(address);
  }

  /**
   * Forgets a registry, which has opened the secure mode since.
   *
   * @throws {StorageError} If that could not be stored.
   */
  remove(address: string): void {
    if (this.has(address)) this.#remove.run(address);
  }
}
