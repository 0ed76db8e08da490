import type { TextMessage } from "../../protocol/mod.ts";
import type { Database, Statement } from "../../storage/mod.ts";
import type { Incoming } from "./message.ts";

/**
 * Messages from other clients, each accepted once however often it arrives. A
 * sender's key is in base64; times are ms since the epoch.
 */
export class Inbox {
  readonly #database: Database;
  readonly #keepHistory: boolean;
  readonly #addSender: Statement;
  readonly #sender: Statement;
  readonly #addReceived: Statement;
  readonly #addMessage: Statement;
  readonly #addNotShown: Statement;
  readonly #notShown: Statement;
  readonly #removeNotShown: Statement;

  /**
   * The inbox in a database that has the tables.
   *
   * @param keepHistory Whether a message is kept, or only its ID.
   */
  constructor(database: Database, keepHistory: boolean) {
    this.#database = database;
    this.#keepHistory = keepHistory;
    this.#addSender = database.prepare(
      "INSERT OR IGNORE INTO senders (key) VALUES (?)",
    );
    this.#sender = database.prepare(
      "SELECT number FROM senders WHERE key = ?",
    );
    this.#addReceived = database.prepare(
      "INSERT OR IGNORE INTO received (sender, id) VALUES (?, ?)",
    );
    this.#addMessage = database.prepare(
      `INSERT INTO messages (id, peer, text, time, state)
        VALUES (?, ?, ?, ?, 3)`,
    );
    this.#addNotShown = database.prepare(
      "INSERT INTO unseen (peer, id, text, time) VALUES (?, ?, ?, ?)",
    );
    this.#notShown = database.prepare("SELECT * FROM unseen ORDER BY number");
    this.#removeNotShown = database.prepare(
      "DELETE FROM unseen WHERE id = ? AND peer = ?",
    );
  }

  /**
   * Stores messages that have arrived, all or none. They are on the disk when
   * this returns, and only then may they be acknowledged.
   *
   * @param senderKey The sender's key: the IDs are unique to it.
   * @param peer The sender's client ID.
   * @param now The time, in ms.
   * @returns Those that had not arrived before, in the same order.
   * @throws {StorageError} If they could not be stored: none of them is.
   */
  receive(
    senderKey: string,
    peer: string,
    messages: readonly TextMessage[],
    now: number,
  ): Incoming[] {
    return this.#database.transaction(() => {
      const sender = this.#senderNumber(senderKey);
      const fresh = messages.filter(({ id }) =>
        this.#addReceived.run(sender, id) > 0
      );
      return fresh.map(({ id, text, time }) => {
        const written = Math.min(time, now);
        if (this.#keepHistory) this.#addMessage.run(id, peer, text, written);
        this.#addNotShown.run(peer, id, text, written);
        return { direction: "in", id, peer, text, time: written };
      });
    });
  }

  /**
   * The messages that were received and not shown, since the program ended in
   * between, in the order in which they arrived.
   */
  notShown(): Incoming[] {
    return this.#notShown.all().map((row) => ({
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
  markShown(messages: readonly Incoming[]): void {
    if (messages.length === 0) return;
    this.#database.transaction(() => {
      for (const { peer, id } of messages) this.#removeNotShown.run(id, peer);
    });
    if (!this.#keepHistory) this.#database.checkpoint();
  }

  #senderNumber(key: string): number {
    this.#addSender.run(key);
    const row = this.#sender.get(key);
    if (row === undefined) throw new Error("the sender was just added");
    return row.integer("number");
  }
}
