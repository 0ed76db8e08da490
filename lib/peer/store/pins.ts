import type { Database, Row, Statement } from "../../storage/mod.ts";

/** The pinned key of a client or registry. */
export interface Pin {
  /** The key, in base64. */
  readonly key: string;
  /** Whether the user has compared the safety number. */
  readonly verified: boolean;
}

/**
 * Whether the user has accepted the client of parameter 1: it was accepted with
 * its pin, or the user has written to it, before it was pinned too.
 */
const IS_ACCEPTED = `(
  EXISTS (SELECT 1 FROM pins WHERE name = ?1 AND accepted = 1) OR
  EXISTS (SELECT 1 FROM messages WHERE peer = ?1 AND state < 3)
)`;

/**
 * The pinned keys of clients and registries. A client is named by its client ID,
 * a registry by `HOST:PORT`; a client ID has no colon.
 */
export class Pins {
  readonly #get: Statement;
  readonly #nameOf: Statement;
  readonly #clients: Statement;
  readonly #known: Statement;
  readonly #all: Statement;
  readonly #put: Statement;
  readonly #verify: Statement;
  readonly #isAccepted: Statement;
  readonly #accept: Statement;
  readonly #trusted: Statement;
  readonly #trust: Statement;

  /** The pins in a database that has the table. */
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
    this.#known = database.prepare(
      `SELECT name FROM pins WHERE instr(name, ':') = 0 AND (
        accepted = 1 OR verified = 1 OR EXISTS (
          SELECT 1 FROM messages WHERE peer = pins.name AND state < 3
        )
      ) ORDER BY number`,
    );
    this.#all = database.prepare(
      "SELECT name, key, verified FROM pins ORDER BY number",
    );
    // A pin that replaces another gets a new number, the greatest.
    this.#put = database.prepare(
      `REPLACE INTO pins (name, key, verified, accepted)
        VALUES (?1, ?2, 0, ${IS_ACCEPTED})`,
    );
    this.#isAccepted = database.prepare(
      `SELECT ${IS_ACCEPTED} AS accepted`,
    );
    this.#accept = database.prepare(
      "UPDATE pins SET accepted = 1 WHERE name = ? AND accepted = 0",
    );
    this.#trusted = database.prepare(
      "SELECT trusted FROM pins WHERE name = ? AND trusted IS NOT NULL",
    );
    this.#trust = database.prepare(
      "UPDATE pins SET trusted = ?2 WHERE name = ?1",
    );
    this.#verify = database.prepare(
      "UPDATE pins SET verified = ?2 WHERE name = ?1",
    );
  }

  /** The pin of a name; undefined before the first contact. */
  get(name: string): Pin | undefined {
    const row = this.#get.get(name);
    return row && pinFrom(row);
  }

  /** The client ID that a key was last pinned for, if any. */
  nameOf(key: string): string | undefined {
    return this.#nameOf.get(key)?.text("name");
  }

  /** The keys of all clients and registries, in the order in which they came. */
  all(): (Pin & { readonly name: string })[] {
    return this.#all.all().map((row) => ({
      ...pinFrom(row),
      name: row.text("name"),
    }));
  }

  /** The client IDs whose keys are pinned, sorted. */
  clients(): string[] {
    return this.#clients.all().map((row) => row.text("name"));
  }

  /**
   * The client IDs of the clients that the user knows, and whose keys are pinned:
   * those that the user has accepted, written to, or verified.
   */
  known(): string[] {
    return this.#known.all().map((row) => row.text("name"));
  }

  /**
   * Pins a key for a name: at the first contact, or because the user trusts a new
   * key. It is not verified, unless this key was pinned and verified before.
   *
   * @throws {StorageError} If it could not be stored.
   */
  pin(name: string, key: string): void {
    if (this.get(name)?.key !== key) this.#put.run(name, key);
  }

  /**
   * Marks the pinned key of a name as verified, or no longer.
   *
   * @throws {StorageError} If it could not be stored.
   */
  setVerified(name: string, verified: boolean): void {
    this.#verify.run(name, verified ? 1 : 0);
  }

  /**
   * The fingerprint of the key that the user trusts in place of the pinned one,
   * if that has not come yet.
   */
  trusted(name: string): string | undefined {
    return this.#trusted.get(name)?.text("trusted");
  }

  /**
   * Notes the fingerprint of the key that takes the place of the pinned one when
   * it comes. When a key is pinned, that is forgotten.
   *
   * @throws {StorageError} If it could not be stored.
   */
  trust(name: string, fingerprint: string): void {
    this.#trust.run(name, fingerprint);
  }

  /** Whether the user has accepted a client, by calling or writing to it too. */
  isAccepted(name: string): boolean {
    return this.#isAccepted.get(name)?.integer("accepted") === 1;
  }

  /**
   * Notes that the user accepts the client that is pinned under a name.
   *
   * @throws {StorageError} If that could not be stored.
   */
  accept(name: string): void {
    this.#accept.run(name);
  }
}

function pinFrom(row: Row): Pin {
  return { key: row.text("key"), verified: row.integer("verified") === 1 };
}
