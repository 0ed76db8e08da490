import type { Database, Row, Statement } from "../../../storage/mod.ts";
import { CLAIM_TTL_S } from "../../../protocol/mod.ts";
import type { Claim, Claims, ListedClaim } from "../types.ts";

/**
 * How often the use of a claim is written, in s: once a day, so that a client
 * that comes back costs nothing.
 */
const RENEWAL_INTERVAL_S = 24 * 60 * 60;

/** How many claims one sweep removes: it takes some 10 ms. */
const MAX_SWEPT_CLAIMS = 1000;

/** How many claims that have lapsed a new one removes. */
const REMOVED_PER_CLAIM = 2;

/** How many claims a page of a list has. */
const PAGE_CLAIMS = 1000;

/** {@linkcode Claims} in a table of SQLite. */
export class SQLiteClaims implements Claims {
  readonly #database: Database;
  readonly #find: Statement;
  readonly #count: Statement;
  readonly #put: Statement;
  readonly #change: Statement;
  readonly #removeLapsed: Statement;
  readonly #remove: Statement;
  readonly #list: Statement;
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

  /**
   * The script that makes an ID be found in every spelling. Once two keys could
   * claim it in two spellings: both keep what they have.
   */
  static readonly spellingMigration = `
    CREATE INDEX claims_by_id ON claims (client_id COLLATE NOCASE);
  `;

  /** Claims in a database that has the table. */
  constructor(database: Database) {
    this.#database = database;
    // Client IDs are ASCII, where NOCASE compares without regard to case.
    this.#find = database.prepare(
      `SELECT client_id, key, used FROM claims
        WHERE client_id = ?1 COLLATE NOCASE AND used > ?2
        ORDER BY client_id <> ?1, client_id LIMIT 1`,
    );
    this.#count = database.prepare(
      `SELECT count(*) AS n FROM claims
        WHERE client_id = ? COLLATE NOCASE AND used > ?`,
    );
    this.#put = database.prepare("INSERT INTO claims VALUES (?, ?, ?)");
    this.#change = database.prepare(
      "UPDATE claims SET client_id = ?, key = ?, used = ? WHERE client_id = ?",
    );
    this.#removeLapsed = database.prepare(
      "DELETE FROM claims WHERE client_id = ? COLLATE NOCASE AND used <= ?",
    );
    this.#remove = database.prepare("DELETE FROM claims WHERE client_id = ?");
    this.#list = database.prepare(
      `SELECT client_id, key, used FROM claims WHERE client_id > ? AND used > ?
        ORDER BY client_id LIMIT ${PAGE_CLAIMS}`,
    );
    this.#sweep = database.prepare(
      `DELETE FROM claims WHERE client_id IN
        (SELECT client_id FROM claims WHERE used <= ? LIMIT ?)`,
    );
  }

  find(clientID: string, runTimeS: number): Claim | undefined {
    const row = this.#row(clientID, runTimeS);
    return row && { clientID: row.text("client_id"), key: row.text("key") };
  }

  claim(clientID: string, key: string, runTimeS: number): boolean {
    const row = this.#row(clientID, runTimeS);
    if (row === undefined) {
      this.#database.transaction(() => {
        this.#sweep.run(runTimeS - CLAIM_TTL_S, REMOVED_PER_CLAIM);
        this.#removeLapsed.run(clientID, runTimeS - CLAIM_TTL_S);
        this.#put.run(clientID, key, runTimeS);
      });
      return true;
    }
    if (row.text("key") !== key) return false;
    if (row.text("client_id") === clientID) this.#use(row, runTimeS);
    else if (this.#spellings(clientID, runTimeS) > 1) return false;
    else this.#change.run(clientID, key, runTimeS, row.text("client_id"));
    return true;
  }

  renew(clientID: string, key: string, runTimeS: number): void {
    const row = this.#row(clientID, runTimeS);
    if (row?.text("key") === key) this.#use(row, runTimeS);
  }

  move(
    clientID: string,
    fromKey: string,
    toKey: string,
    runTimeS: number,
  ): boolean {
    const claim = this.find(clientID, runTimeS);
    if (claim?.key === fromKey) {
      this.#change.run(claim.clientID, toKey, runTimeS, claim.clientID);
      return true;
    }
    return claim?.key === toKey;
  }

  release(clientID: string, runTimeS: number): Claim | undefined {
    const claim = this.find(clientID, runTimeS);
    if (claim !== undefined) this.#remove.run(claim.clientID);
    return claim;
  }

  list(after: string, runTimeS: number): ListedClaim[] {
    return this.#list.all(after, runTimeS - CLAIM_TTL_S).map((row) => ({
      clientID: row.text("client_id"),
      key: row.text("key"),
      unusedS: Math.max(0, runTimeS - row.integer("used")),
    }));
  }

  sweep(runTimeS: number): boolean {
    const removed = this.#sweep.run(runTimeS - CLAIM_TTL_S, MAX_SWEPT_CLAIMS);
    return removed === MAX_SWEPT_CLAIMS;
  }

  #row(clientID: string, runTimeS: number): Row | undefined {
    return this.#find.get(clientID, runTimeS - CLAIM_TTL_S);
  }

  /** In how many spellings keys have claimed an ID. */
  #spellings(clientID: string, runTimeS: number): number {
    return this.#count.get(clientID, runTimeS - CLAIM_TTL_S)?.integer("n") ?? 0;
  }

  /** Writes that a claim is used, if that is not written yet. */
  #use(row: Row, runTimeS: number): void {
    if (runTimeS - row.integer("used") < RENEWAL_INTERVAL_S) return;
    const clientID = row.text("client_id");
    this.#change.run(clientID, row.text("key"), runTimeS, clientID);
  }
}
