import type { Database, Statement } from "../../storage/mod.ts";

/** Where a client whose key is known was reached. */
export interface MetAddress {
  /** Its client ID. */
  readonly name: string;
  /** HOST:PORT. */
  readonly address: string;
}

/**
 * Where each client was last reached in the secure mode: nobody is talked to in
 * plain there.
 */
export class MetAddresses {
  readonly #all: Statement;
  readonly #get: Statement;
  readonly #put: Statement;
  readonly #remove: Statement;

  /** The addresses in a database that has the table. */
  constructor(database: Database) {
    this.#all = database.prepare("SELECT name, address FROM met_addresses");
    this.#get = database.prepare(
      "SELECT address FROM met_addresses WHERE name = ?",
    );
    this.#put = database.prepare(
      "REPLACE INTO met_addresses (name, address) VALUES (?, ?)",
    );
    this.#remove = database.prepare("DELETE FROM met_addresses WHERE name = ?");
  }

  /** All of them. */
  all(): MetAddress[] {
    return this.#all.all().map((row) => ({
      name: row.text("name"),
      address: row.text("address"),
    }));
  }

  /**
   * Remembers an address in place of the client's last one.
   *
   * @throws {StorageError} If it could not be stored.
   */
  put({ name, address }: MetAddress): void {
    if (this.#get.get(name)?.text("address") === address) return;
    this.#put.run(name, address);
  }

  /**
   * Forgets where a client was reached.
   *
   * @throws {StorageError} If that could not be stored.
   */
  remove(name: string): void {
    this.#remove.run(name);
  }
}
