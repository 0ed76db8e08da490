import type { Database, Statement } from "../../storage/mod.ts";
import { Chains } from "./chains.ts";
import type { Outgoing } from "./message.ts";
import { outgoingFrom } from "./message_row.ts";
import { nextULID } from "./ulid.ts";

/** Which messages {@linkcode Outbox.waiting} returns. */
export interface WaitingOptions {
  /** Only those after the one with this ID. Default: from the first on. */
  readonly after?: string;
  /** Most messages. Default: all. */
  readonly limit?: number;
}

/**
 * Messages to other clients: each is on the disk before it is sent, and stays
 * until its recipient has it. Times are ms since the epoch.
 */
export class Outbox {
  readonly #database: Database;
  readonly #keepHistory: boolean;
  readonly #chains: Chains;
  readonly #lastID: Statement;
  readonly #setLastID: Statement;
  readonly #add: Statement;
  readonly #get: Statement;
  readonly #waiting: Statement;
  readonly #recipients: Statement;
  readonly #count: Statement;
  readonly #queued: Statement;
  readonly #markDeposited: Statement;
  readonly #resetDeposits: Statement;
  readonly #markDelivered: Statement;
  readonly #unindex: Statement;
  readonly #remove: Statement;

  /**
   * The outbox in a database that has the tables.
   *
   * @param keepHistory Whether messages are kept once they are delivered.
   */
  constructor(database: Database, keepHistory: boolean) {
    this.#database = database;
    this.#keepHistory = keepHistory;
    this.#chains = new Chains(database);
    // "state < 3" says that the message is outgoing: the index on the ID has
    // only those.
    const prepare = (sql: string) => database.prepare(sql);
    this.#lastID = prepare("SELECT id FROM last_id");
    this.#setLastID = prepare("UPDATE last_id SET id = ?");
    this.#add = prepare(
      `INSERT INTO messages (id, peer, text, time, state, previous)
        VALUES (?, ?, ?, ?, 0, ?) RETURNING *`,
    );
    this.#get = prepare("SELECT * FROM messages WHERE id = ? AND state < 3");
    this.#waiting = prepare(
      `SELECT * FROM messages WHERE peer = ? AND id > ? AND state < 2
        ORDER BY id LIMIT ?`,
    );
    this.#recipients = prepare(
      "SELECT DISTINCT peer FROM messages WHERE state < 2 ORDER BY peer",
    );
    this.#count = prepare(
      `SELECT count(*) AS n FROM messages
        WHERE state < 2 AND peer = ifnull(?, peer)`,
    );
    this.#queued = prepare(
      "SELECT 1 FROM messages WHERE state < 2 AND state = 0 LIMIT 1",
    );
    this.#markDeposited = prepare(
      `UPDATE messages SET state = 1, left_at = ?
        WHERE id = ? AND state < 3 AND state < 2`,
    );
    this.#resetDeposits = prepare(
      "UPDATE messages SET state = 0, left_at = NULL WHERE peer = ? AND state = 1",
    );
    this.#markDelivered = prepare(
      `UPDATE messages SET state = 2
        WHERE id = ? AND state < 2 AND peer = ? RETURNING *`,
    );
    this.#unindex = prepare(
      `INSERT INTO words (words, rowid, text)
        SELECT 'delete', number, text FROM messages WHERE id = ? AND state < 3`,
    );
    this.#remove = prepare("DELETE FROM messages WHERE id = ? AND state < 3");
  }

  /**
   * Stores a message to a client. It is on the disk when this returns, and will
   * be delivered however often the program ends before.
   *
   * @param peer The recipient's client ID.
   * @param now The time, in ms.
   * @throws {StorageError} If it could not be stored: it will not be sent.
   */
  queue(peer: string, text: string, now: number): Outgoing {
    return this.#database.transaction(() => {
      const id = nextULID(this.#lastID.get()?.text("id") ?? "", now);
      this.#setLastID.run(id);
      const previous = this.#chains.append(peer, id) ?? null;
      const row = this.#add.get(id, peer, text, now, previous);
      if (row === undefined) throw new Error("INSERT returns its row");
      return outgoingFrom(row);
    });
  }

  /** The message with an ID; undefined if it is not kept. */
  get(id: string): Outgoing | undefined {
    const row = this.#get.get(id);
    return row && outgoingFrom(row);
  }

  /** The messages that a client does not have yet, oldest first. */
  waiting(
    peer: string,
    { after = "", limit = -1 }: WaitingOptions = {},
  ): Outgoing[] {
    return this.#waiting.all(peer, after, limit).map(outgoingFrom);
  }

  /** The clients for which messages wait, in the order of their IDs. */
  recipients(): string[] {
    return this.#recipients.all().map((row) => row.text("peer"));
  }

  /** How many messages wait, for one client or for all. */
  count(peer?: string): number {
    return this.#count.get(peer ?? null)?.integer("n") ?? 0;
  }

  /** Whether a message waits that is not deposited at the registry. */
  hasQueued(): boolean {
    return this.#queued.get() !== undefined;
  }

  /**
   * Notes that messages were deposited at the registry, for the first time or
   * again, unless they have been delivered since.
   *
   * @param now The time, in ms.
   * @throws {StorageError} If that could not be stored.
   */
  markDeposited(ids: readonly string[], now: number): void {
    this.#database.transaction(() => {
      for (const id of ids) this.#markDeposited.run(now, id);
    });
  }

  /**
   * Notes that a client has another key. It cannot open the messages that are
   * deposited at the registry, and does not have those that were delivered.
   *
   * @throws {StorageError} If that could not be stored.
   */
  startOver(peer: string): void {
    this.#database.transaction(() => {
      this.#resetDeposits.run(peer);
      this.#chains.restart(peer);
    });
  }

  /**
   * Notes that a client has messages.
   *
   * @returns Those of them that were still waiting for it.
   * @throws {StorageError} If that could not be stored: they still wait.
   */
  markDelivered(peer: string, ids: readonly string[]): Outgoing[] {
    const delivered = this.#database.transaction(() =>
      ids.flatMap((id) => {
        const row = this.#markDelivered.get(id, peer);
        if (row === undefined) return [];
        if (!this.#keepHistory) this.#erase(id);
        return [outgoingFrom(row)];
      })
    );
    if (!this.#keepHistory && delivered.length > 0 && this.count() === 0) {
      this.#database.checkpoint();
    }
    return delivered;
  }

  /**
   * Takes a message back, if it has not been deposited at the registry.
   *
   * @returns The message; undefined if it is too late.
   * @throws {StorageError} If that could not be stored.
   */
  unsend(id: string): Outgoing | undefined {
    return this.#database.transaction(() => {
      const message = this.get(id);
      if (message?.state !== "queued") return undefined;
      this.#chains.remove(message);
      this.#erase(id);
      return message;
    });
  }

  #erase(id: string): void {
    this.#unindex.run(id);
    this.#remove.run(id);
  }
}
