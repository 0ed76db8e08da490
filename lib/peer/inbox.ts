import type { Database, Statement } from "../storage/mod.ts";
import type { Incoming } from "./messages.ts";

/** A message as its sender sent it. */
export type Arrival = Pick<Incoming, "id" | "text" | "time">;

/**
 * Messages from others, each taken once however often it arrives. A sender's
 * key is the base64 of its bytes; times are ms since the epoch.
 */
export class Inbox {
  readonly #database: Database;
  readonly #keepHistory: boolean;
  readonly #meet: Statement;
  readonly #sender: Statement;
  readonly #note: Statement;
  readonly #add: Statement;

  /** The script that makes what it needs besides the table of messages. */
  static readonly migration = `
    CREATE TABLE senders (
      number INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE received (
      sender INTEGER NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (sender, id)
    ) STRICT, WITHOUT ROWID;
  `;

  /**
   * An inbox that is kept in a database with the tables.
   *
   * @param keepHistory Whether more is kept of a message than its ID.
   */
  constructor(database: Database, keepHistory: boolean) {
    this.#database = database;
    this.#keepHistory = keepHistory;
    this.#meet = database.prepare(
      "INSERT OR IGNORE INTO senders (key) VALUES (?)",
    );
    this.#sender = database.prepare(
      "SELECT number FROM senders WHERE key = ?",
    );
    this.#note = database.prepare(
      "INSERT OR IGNORE INTO received (sender, id) VALUES (?, ?)",
    );
    this.#add = database.prepare(
      `INSERT INTO messages (id, peer, text, time, state)
        VALUES (?, ?, ?, ?, 3)`,
    );
  }

  /**
   * Takes messages that have arrived, all or none. They are on the disk when
   * this returns, and only then may they be acknowledged.
   *
   * @param senderKey The key of their sender, to whom the IDs belong.
   * @param peer The sender's name.
   * @param now The time, in ms.
   * @returns Those that had not arrived before, in the same order.
   * @throws {StorageError} If they could not be stored: none of them is taken.
   */
  receive(
    senderKey: string,
    peer: string,
    arrivals: readonly Arrival[],
    now: number,
  ): Incoming[] {
    return this.#database.transaction(() => {
      const sender = this.#senderNumber(senderKey);
      const fresh = arrivals.filter(({ id }) => this.#note.run(sender, id) > 0);
      return fresh.map(({ id, text, time }) => {
        const written = Math.min(time, now);
        if (this.#keepHistory) this.#add.run(id, peer, text, written);
        return { direction: "in", id, peer, text, time: written };
      });
    });
  }

  #senderNumber(key: string): number {
    this.#meet.run(key);
    const row = this.#sender.get(key);
    if (row === undefined) throw new Error("the sender was just met");
    return row.integer("number");
  }
}
