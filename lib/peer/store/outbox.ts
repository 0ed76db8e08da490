import type { Database, Statement } from "../../storage/mod.ts";
import { type Outgoing, outgoingOf } from "./messages.ts";
import { ulidAfter } from "./ulid.ts";

/** Which messages {@linkcode Outbox.waiting} gives. */
export interface Waiting {
  /** Only those after the one with this ID. Default: from the first on. */
  readonly after?: string;
  /** Not more than this. Default: all. */
  readonly limit?: number;
}

/**
 * Messages to others, on the disk before anything else happens to them, until
 * the other side has them. Times are ms since the epoch.
 */
export class Outbox {
  readonly #database: Database;
  readonly #keepHistory: boolean;
  readonly #lastID: Statement;
  readonly #setLastID: Statement;
  readonly #add: Statement;
  readonly #get: Statement;
  readonly #waiting: Statement;
  readonly #recipients: Statement;
  readonly #count: Statement;
  readonly #queued: Statement;
  readonly #left: Statement;
  readonly #leaveAgain: Statement;
  readonly #delivered: Statement;
  readonly #unindex: Statement;
  readonly #remove: Statement;

  /**
   * An outbox that is kept in a database with the tables.
   *
   * @param keepHistory Whether messages stay when they have been delivered.
   */
  constructor(database: Database, keepHistory: boolean) {
    this.#database = database;
    this.#keepHistory = keepHistory;
    // Of an ID that is looked for, "state < 3" says that the message is one of
    // ours: the index has only those.
    const prepare = (sql: string) => database.prepare(sql);
    this.#lastID = prepare("SELECT id FROM last_id");
    this.#setLastID = prepare("UPDATE last_id SET id = ?");
    this.#add = prepare(
      `INSERT INTO messages (id, peer, text, time, state)
        VALUES (?, ?, ?, ?, 0) RETURNING *`,
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
    this.#left = prepare(
      `UPDATE messages SET state = 1, left_at = ?
        WHERE id = ? AND state < 3 AND state < 2`,
    );
    this.#leaveAgain = prepare(
      "UPDATE messages SET state = 0, left_at = NULL WHERE peer = ? AND state = 1",
    );
    this.#delivered = prepare(
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
   * Takes a message for somebody. It is on the disk when this returns, and will
   * be delivered, however often the program is ended before.
   *
   * @param now The time, in ms.
   * @throws {StorageError} If it could not be stored: nobody will get it.
   */
  queue(peer: string, text: string, now: number): Outgoing {
    return this.#database.transaction(() => {
      const id = ulidAfter(this.#lastID.get()?.text("id") ?? "", now);
      this.#setLastID.run(id);
      const row = this.#add.get(id, peer, text, now);
      if (row === undefined) throw new Error("an INSERT gives its row");
      return outgoingOf(row);
    });
  }

  /** A message to somebody, as long as it is kept. */
  get(id: string): Outgoing | undefined {
    const row = this.#get.get(id);
    return row && outgoingOf(row);
  }

  /** What somebody does not have yet, oldest first. */
  waiting(peer: string, { after = "", limit = -1 }: Waiting = {}): Outgoing[] {
    return this.#waiting.all(peer, after, limit).map(outgoingOf);
  }

  /** Everybody for whom something waits, in the order of their names. */
  recipients(): string[] {
    return this.#recipients.all().map((row) => row.text("peer"));
  }

  /** How much waits, for one or for all. */
  count(peer?: string): number {
    return this.#count.get(peer ?? null)?.integer("n") ?? 0;
  }

  /** Whether anything waits that is not even left at the registry. */
  hasQueued(): boolean {
    return this.#queued.get() !== undefined;
  }

  /**
   * Notes that messages were left at the registry, for the first time or again,
   * unless they have been delivered since.
   *
   * @param now The time, in ms.
   * @throws {StorageError} If that could not be stored.
   */
  left(ids: readonly string[], now: number): void {
    this.#database.transaction(() => {
      for (const id of ids) this.#left.run(now, id);
    });
  }

  /**
   * Notes that nothing is left at the registry for somebody: what is there can
   * not be opened any more.
   *
   * @throws {StorageError} If that could not be stored.
   */
  leaveAgain(peer: string): void {
    this.#leaveAgain.run(peer);
  }

  /**
   * Notes that somebody has messages.
   *
   * @returns Those of them that were still waiting for that peer.
   * @throws {StorageError} If that could not be stored: they still wait.
   */
  delivered(peer: string, ids: readonly string[]): Outgoing[] {
    const delivered = this.#database.transaction(() =>
      ids.flatMap((id) => {
        const row = this.#delivered.get(id, peer);
        if (row === undefined) return [];
        if (!this.#keepHistory) this.#erase(id);
        return [outgoingOf(row)];
      })
    );
    if (!this.#keepHistory && delivered.length > 0 && this.count() === 0) {
      this.#database.emptyLog();
    }
    return delivered;
  }

  /**
   * Takes a message back, if it has not been left at the registry yet.
   *
   * @returns The message; undefined if it is too late.
   * @throws {StorageError} If that could not be stored.
   */
  unsend(id: string): Outgoing | undefined {
    return this.#database.transaction(() => {
      const message = this.get(id);
      if (message?.state !== "queued") return undefined;
      this.#erase(id);
      return message;
    });
  }

  #erase(id: string): void {
    this.#unindex.run(id);
    this.#remove.run(id);
  }
}
