import type { Database, Statement } from "../../../storage/mod.ts";
import { CLAIM_TTL_S } from "../../../protocol/mod.ts";
import type { Claims } from "../types.ts";

/**
 * How often the use of a claim is written, in s: once a day, so that a client
 * that comes back costs nothing.
 */
const RENEWAL_INTERVAL_S = 24 * 60 * 60;

/** How many claims one sweep removes. */
const MAX_SWEPT_CLAIMS = 100;

/** {@linkcode Claims} in a table of SQLite. */
export class SQLiteClaims implements Claims {
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

  /** Claims in a database that has the table. */
  constructor(database: Database) {
    this.#find = database.prepare(
      "SELECT key, used FROM claims WHERE client_id = ? AND used > ?",
    );
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO claims VALUES (?,?,?)",
    );
    this.#sweep = database.prepare(
      `DELETE FROM claims WHERE client_id IN
        (SELECT client_id FROM claims WHERE used <= ? LIMIT ${MAX_SWEPT_CLAIMS})`,
    );
  }

  owner(clientID: string, runTimeS: number): string | undefined {
    return this.#find.get(clientID, runTimeS - CLAIM_TTL_S)?.text("key");
  }

  claim(clientID: string, key: string, runTimeS: number): boolean {
    const claim = this.#find.get(clientID, runTimeS - CLAIM_TTL_S);
    if (claim !== undefined) {
      if (claim.text("key") !== key) return false;
      if (runTimeS - claim.integer("used") < RENEWAL_INTERVAL_S) return true;
    }
    this.#put.run(clientID, key, runTimeS);
    return true;
  }

  move(
    clientID: string,
    fromKey: string,
    toKey: string,
    runTimeS: number,
  ): boolean {
    const owner = this.owner(clientID, runTimeS);
    if (owner === fromKey) this.#put.run(clientID, toKey, runTimeS);
    return owner === fromKey || owner === toKey;
  }

  sweep(runTimeS: number): void {
    this.#sweep.run(runTimeS - CLAIM_TTL_S);
  }
}
