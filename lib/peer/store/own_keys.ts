import type { Database, Statement } from "../../storage/mod.ts";

/** A key pair, as it is stored. */
export interface StoredKeyPair {
  /** The public key, in base64. */
  readonly key: string;
  /** The private key, 32 bytes, which the caller erases after use. */
  readonly privateKey: Uint8Array;
}

/** A key of this client that another has replaced. */
export interface ReplacedKey {
  /** The key pair that was replaced. */
  readonly old: StoredKeyPair;
  /** The key pair that has taken its place. */
  readonly successor: StoredKeyPair;
  /** When, in ms since the epoch. */
  readonly now: number;
}

/** A statement about a replaced key that its recipient has not taken yet. */
export interface OwedStatement {
  /** The public key of the recipient, in base64. */
  readonly recipient: string;
  /** The recipient: a client ID, or HOST:PORT for a registry. */
  readonly name: string;
  /** The statement, sealed with the replaced key. */
  readonly statement: Uint8Array;
}

/**
 * The keys of this client that others have replaced, and what is still to be done
 * about that: statements that their recipients have not taken yet, and mailboxes
 * of old keys that have not been emptied (PROTOCOL.md, "Key rotation").
 */
export class OwnKeyStore {
  readonly #database: Database;
  readonly #successorOf: Statement;
  readonly #retired: Statement;
  readonly #add: Statement;
  readonly #markSaved: Statement;
  readonly #owe: Statement;
  readonly #statements: Statement;
  readonly #recipients: Statement;
  readonly #settle: Statement;
  readonly #rename: Statement;
  readonly #markDeposited: Statement;
  readonly #due: Statement;
  readonly #addMailbox: Statement;
  readonly #mailboxes: Statement;
  readonly #removeMailbox: Statement;
  readonly #isUnsettled: Statement;
  readonly #erase: Statement;
  readonly #dropMailboxes: Statement;
  readonly #resetDeposits: Statement;

  /** The script that makes the tables. */
  static readonly migration = `
    -- The keys of this client that others have replaced, the oldest first.
    CREATE TABLE own_keys (
      number INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      -- Until nothing can come any more that is sealed to the key.
      private_key BLOB,
      successor TEXT NOT NULL,
      -- Until it is in the identity file.
      successor_private BLOB,
      replaced_at INTEGER NOT NULL
    ) STRICT;
    -- What the old keys have stated, until the recipients have taken it.
    CREATE TABLE statements (
      number INTEGER PRIMARY KEY,
      recipient TEXT NOT NULL,
      name TEXT NOT NULL,
      statement BLOB NOT NULL,
      deposited_at INTEGER
    ) STRICT;
    CREATE INDEX statements_by_recipient ON statements (recipient);
    -- At which registries letters may wait for an old key.
    CREATE TABLE old_mailboxes (
      registry TEXT NOT NULL,
      key TEXT NOT NULL,
      PRIMARY KEY (registry, key)
    ) STRICT, WITHOUT ROWID;
  `;

  /** The keys in a database that has the tables. */
  constructor(database: Database) {
    this.#database = database;
    const prepare = (sql: string) => database.prepare(sql);
    this.#successorOf = prepare(
      "SELECT successor, successor_private FROM own_keys WHERE key = ?",
    );
    this.#retired = prepare(
      `SELECT key, private_key FROM own_keys WHERE private_key IS NOT NULL
        ORDER BY number`,
    );
    this.#add = prepare(
      `INSERT INTO own_keys
        (key, private_key, successor, successor_private, replaced_at)
        VALUES (?, ?, ?, ?, ?)`,
    );
    this.#markSaved = prepare(
      `UPDATE own_keys SET successor_private = NULL
        WHERE successor_private IS NOT NULL
        AND number <= (SELECT number FROM own_keys WHERE successor = ?)`,
    );
    this.#owe = prepare(
      "INSERT INTO statements (recipient, name, statement) VALUES (?, ?, ?)",
    );
    this.#statements = prepare(
      "SELECT statement FROM statements WHERE recipient = ? ORDER BY number",
    );
    this.#recipients = prepare("SELECT DISTINCT recipient FROM statements");
    this.#settle = prepare("DELETE FROM statements WHERE recipient = ?");
    this.#rename = prepare(
      `UPDATE statements SET recipient = ?, deposited_at = NULL
        WHERE recipient = ?`,
    );
    this.#markDeposited = prepare(
      "UPDATE statements SET deposited_at = ? WHERE recipient = ?",
    );
    this.#due = prepare(
      `SELECT recipient, name FROM statements
        WHERE instr(name, ':') = 0 AND ifnull(deposited_at, 0) <= ?
        GROUP BY recipient, name ORDER BY min(number)`,
    );
    this.#addMailbox = prepare(
      "INSERT OR IGNORE INTO old_mailboxes VALUES (?, ?)",
    );
    this.#mailboxes = prepare(
      "SELECT key FROM old_mailboxes WHERE registry = ?",
    );
    this.#removeMailbox = prepare(
      "DELETE FROM old_mailboxes WHERE registry = ? AND key = ?",
    );
    this.#isUnsettled = prepare(
      `SELECT EXISTS (SELECT 1 FROM statements) OR
        EXISTS (SELECT 1 FROM old_mailboxes) AS unsettled`,
    );
    this.#erase = prepare(
      `UPDATE own_keys SET private_key = NULL
        WHERE private_key IS NOT NULL AND replaced_at <= ?`,
    );
    this.#dropMailboxes = prepare(
      `DELETE FROM old_mailboxes WHERE key NOT IN
        (SELECT key FROM own_keys WHERE private_key IS NOT NULL)`,
    );
    this.#resetDeposits = prepare(
      "UPDATE messages SET state = 0, left_at = NULL WHERE state = 1",
    );
  }

  /**
   * What has replaced a key, in base64: undefined if nothing has. The private key
   * is undefined once it is in the identity file.
   */
  successorOf(
    key: string,
  ): Partial<StoredKeyPair> & { readonly key: string } | undefined {
    const row = this.#successorOf.get(key);
    if (row === undefined) return undefined;
    const successor = row.text("successor");
    if (row.isNull("successor_private")) return { key: successor };
    return { key: successor, privateKey: row.bytes("successor_private") };
  }

  /**
   * The private keys of those that were replaced and are still needed, oldest
   * first.
   */
  retired(): Uint8Array[] {
    return this.#retired.all().map((row) => row.bytes("private_key"));
  }

  /**
   * Replaces a key: from when this returns the successor is in force. All
   * that was deposited under the old key counts as not deposited, since those who
   * take the new key may not take it any more.
   *
   * @param statements What the old key states, and to whom.
   * @param registries Where letters for the old key may wait, as HOST:PORT.
   * @throws {StorageError} If that could not be stored: nothing has changed.
   */
  replace(
    { old, successor, now }: ReplacedKey,
    statements: readonly OwedStatement[],
    registries: readonly string[],
  ): void {
    this.#database.transaction(() => {
      this.#add.run(
        old.key,
        old.privateKey,
        successor.key,
        successor.privateKey,
        now,
      );
      this.owe(statements);
      for (const registry of registries) {
        this.#addMailbox.run(registry, old.key);
      }
      this.#resetDeposits.run();
    });
  }

  /**
   * Notes that a key, in base64, is in the identity file. Those that it has
   * replaced, and that could not be written there, are not needed for a start.
   */
  markSaved(key: string): void {
    if (this.#markSaved.run(key) > 0) this.#database.checkpoint();
  }

  /** The keys, in base64, of those that are owed statements. */
  recipients(): string[] {
    return this.#recipients.all().map((row) => row.text("recipient"));
  }

  /** The statements that a key, in base64, is owed, the oldest first. */
  statementsFor(recipient: string): Uint8Array[] {
    return this.#statements.all(recipient).map((row) => row.bytes("statement"));
  }

  /**
   * Notes statements that a recipient is owed.
   *
   * @throws {StorageError} If that could not be stored.
   */
  owe(statements: readonly OwedStatement[]): void {
    this.#database.transaction(() => {
      for (const { recipient, name, statement } of statements) {
        this.#owe.run(recipient, name, statement);
      }
    });
  }

  /** Notes that a recipient, whose key is in base64, is owed nothing any more. */
  settle(recipient: string): void {
    this.#settle.run(recipient);
  }

  /** Notes that a recipient has another key, in base64. */
  rename(recipient: string, key: string): void {
    this.#rename.run(key, recipient);
  }

  /** Notes when the statements to a recipient were deposited, in ms. */
  markDeposited(recipient: string, now: number): void {
    this.#markDeposited.run(now, recipient);
  }

  /**
   * The clients to which no letter with their statements was deposited after a
   * time.
   *
   * @param time In ms since the epoch.
   */
  due(time: number): Omit<OwedStatement, "statement">[] {
    return this.#due.all(time).map((row) => ({
      recipient: row.text("recipient"),
      name: row.text("name"),
    }));
  }

  /** The old keys, in base64, for which letters may wait at a registry. */
  mailboxesAt(registry: string): string[] {
    return this.#mailboxes.all(registry).map((row) => row.text("key"));
  }

  /** Notes that no letter can come any more for an old key at a registry. */
  removeMailbox(registry: string, key: string): void {
    this.#removeMailbox.run(registry, key);
  }

  /**
   * Erases the private keys that are not needed any more: all if no statement is
   * owed and no mailbox is left, and those that were replaced up to a time.
   *
   * @param time In ms since the epoch.
   * @returns Whether there was one.
   */
  erase(time: number): boolean {
    const isUnsettled = this.#isUnsettled.get()?.integer("unsettled") === 1;
    const until = isUnsettled ? time : Number.MAX_SAFE_INTEGER;
    if (this.#erase.run(until) === 0) return false;
    this.#dropMailboxes.run();
    this.#database.checkpoint();
    return true;
  }
}
