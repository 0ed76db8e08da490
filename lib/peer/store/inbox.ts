import type { Database, Statement } from "../../storage/mod.ts";
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
  readonly #hide: Statement;
  readonly #unseen: Statement;
  readonly #show: Statement;

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
    this.#hide = database.prepare(
      "INSERT INTO unseen (peer, id, text, time) VALUES (?, ?, ?, ?)",
    );
    this.#unseen = database.prepare("SELECT * FROM unseen ORDER BY number");
    this.#show = database.prepare(
      "DELETE FROM unseen WHERE id = ? AND peer = ?",
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
        this.#hide.run(peer, id, text, written);
        return { direction: "in", id, peer, text, time: written };
      });
    });
  }

  /**
   * What has been taken and not been shown, since the program was ended in
   * between, in the order in which it came.
   */
  unseen(): Incoming[] {
    return this.#unseen.all().map((row) => ({
      direction: "in",
      id: row.text("id"),
      peer: row.text("peer"),
      text: row.text("text"),
      time: row.integer("time"),
    }));
  }

  /**
   * Notes that messages have been shown.
   *
   * @throws {StorageError} If that could not be stored: they are shown again.
   */
  seen(messages: readonly Incoming[]): void {
    if (messages.length === 0) return;
    this.#database.transaction(() => {
      for (const { peer, id } of messages) this.#show.run(id, peer);
    });
    if (!this.#keepHistory) this.#database.emptyLog();
  }

  #senderNumber(key: string): number {
    this.#meet.run(key);
    const row = this.#sender.get(key);
    if (row === undefined) throw new Error("the sender was just met");
    return row.integer("number");
  }
}
