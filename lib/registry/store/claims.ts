import type { Database, Statement } from "../../storage/mod.ts";
import { CLAIM_TTL_S } from "../../protocol/mod.ts";

/** A use of a claim is written once in this time, in s: a day. */
const RENEWAL_INTERVAL_S = 24 * 60 * 60;

/** How many claims one {@linkcode Claims.sweep} removes. */
const SWEEP = 100;

/**
 * Which key owns which client ID: the first one that registers it, until it
 * has not been used for 90 days (PROTOCOL.md, "Claims"). A key is the base64 of
 * its bytes; times are whole seconds since the epoch.
 */
export class Claims {
  readonly #find: Statement;
  readonly #put: Statement;
  readonly #sweep: Statement;

  /** The script that makes the table. */
  static readonly migration = `
    CREATE TABLE claims (
      client_id TEXT PRIMARY KEY,
      key TEXT NOT NULL,
      used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX claims_by_use ON claims (used);
  `;

  /** Claims that are kept in a database with the table. */
  constructor(database: Database) {
    this.#find = database.prepare(
      "SELECT key, used FROM claims WHERE client_id = ? AND used > ?",
    );
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO claims VALUES (?,?,?)",
    );
    this.#sweep = database.prepare(
      `DELETE FROM claims WHERE client_id IN
        (SELECT client_id FROM claims WHERE used <= ? LIMIT ${SWEEP})`,
    );
  }

  /** The key that owns a client ID at the time `now`, in seconds. */
  owner(clientID: string, now: number): string | undefined {
    return this.#find.get(clientID, now - CLAIM_TTL_S)?.text("key");
  }

  /**
   * Claims a client ID for a key, or uses the claim that the key has on it. It
   * is on the disk when this returns; a use is written once a day, so that a
   * client that comes back costs nothing.
   *
   * @param now The time, in seconds.
   * @returns Whether the ID is the key's: false if another key owns it.
   * @throws {StorageError} If it could not be stored.
   */
  claim(clientID: string, key: string, now: number): boolean {
    const claim = this.#find.get(clientID, now - CLAIM_TTL_S);
    if (claim !== undefined) {
      if (claim.text("key") !== key) return false;
      if (now - claim.integer("used") < RENEWAL_INTERVAL_S) return true;
    }
    this.#put.run(clientID, key, now);
    return true;
  }

  /**
   * Removes claims that have lapsed, some at a time;
   * {@linkcode Claims.owner} passes over them anyhow.
   *
   * @param now The time, in seconds.
   * @throws {StorageError} If it could not be stored.
   */
  sweep(now: number): void {
    this.#sweep.run(now - CLAIM_TTL_S);
  }
}
