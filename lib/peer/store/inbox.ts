import type { TextMessage } from "../../protocol/mod.ts";
import type { Database, Statement } from "../../storage/mod.ts";
import { Gaps } from "./gaps.ts";
import type { Incoming } from "./message.ts";

const ENCODER = new TextEncoder();

/** How much may still be stored of a sender. */
export interface Budget {
  /**
   * Takes room for one message.
   *
   * @param bytes How many bytes its text has, in UTF-8.
   * @returns Whether there was room; if not, nothing is taken.
   */
  take(bytes: number): boolean;
  /**
   * Stores how much was taken, in the transaction of the messages.
   *
   * @throws {StorageError} If that could not be stored.
   */
  save(): void;
}

/** What became of messages that arrived together. */
export interface Received {
  /** Those that had not arrived before, in the same order. */
  readonly fresh: readonly Incoming[];
  /** How many of them, from the first on, are stored now. */
  readonly stored: number;
  /** The IDs of those that are late: later ones of their sender have arrived. */
  readonly late: ReadonlySet<string>;
}

/**
 * Messages from other clients, each accepted once however often it arrives. A
 * sender's key is in base64; times are ms since the epoch.
 */
export class Inbox {
  readonly #database: Database;
  readonly #keepHistory: boolean;
  readonly #gaps: Gaps;
  readonly #addSender: Statement;
  readonly #sender: Statement;
  readonly #addReceived: Statement;
  readonly #removeReceived: Statement;
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
    this.#gaps = new Gaps(database);
    this.#addSender = database.prepare(
      "INSERT OR IGNORE INTO senders (key) VALUES (?)",
    );
    this.#sender = database.prepare(
      "SELECT number FROM senders WHERE key = ?",
    );
    this.#addReceived = database.prepare(
      "INSERT OR IGNORE INTO received (sender, id) VALUES (?, ?)",
    );
    this.#removeReceived = database.prepare(
      "DELETE FROM received WHERE sender = ? AND id = ?",
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
   * @param budget How much may be stored: of the messages those before the first
   * for which there is no room. Default: all.
   * @throws {StorageError} If they could not be stored: none of them is.
   */
  receive(
    senderKey: string,
    peer: string,
    messages: readonly TextMessage[],
    now: number,
    budget?: Budget,
  ): Received {
    return this.#database.transaction(() => {
      const sender = this.#senderNumber(senderKey);
      const fresh: Incoming[] = [];
      const arrived: TextMessage[] = [];
      let stored = 0;
      for (const message of messages) {
        const { id, text, time } = message;
        if (this.#addReceived.run(sender, id) > 0) {
          if (budget?.take(ENCODER.encode(text).length) === false) {
            this.#removeReceived.run(sender, id);
            break;
          }
          const written = Math.min(time, now);
          if (this.#keepHistory) this.#addMessage.run(id, peer, text, written);
          this.#addNotShown.run(peer, id, text, written);
          fresh.push({ direction: "in", id, peer, text, time: written });
          arrived.push(message);
        }
        stored++;
      }
      const late = this.#gaps.note(sender, peer, arrived, now);
      budget?.save();
      return { fresh, stored, late };
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
