import type { Database, Statement } from "../../storage/mod.ts";

/** How much has been received. */
export interface Totals {
  /** How many messages. */
  readonly messages: number;
  /** How many bytes their texts have, in UTF-8. */
  readonly bytes: number;
}

/**
 * How much has been received in one day, by sender. What was received on another
 * day is forgotten.
 */
export class DailyTotals {
  readonly #get: Statement;
  readonly #add: Statement;
  readonly #removeOthers: Statement;
  #day: number | undefined;

  /** The totals in a database that has the table. */
  constructor(database: Database) {
    this.#get = database.prepare(
      "SELECT messages, bytes FROM daily_totals WHERE sender = ? AND day = ?",
    );
    this.#add = database.prepare(
      `INSERT INTO daily_totals (sender, day, messages, bytes)
        VALUES (?, ?, ?, ?)
        ON CONFLICT (sender) DO UPDATE SET
          day = excluded.day,
          messages = excluded.messages + iif(day = excluded.day, messages, 0),
          bytes = excluded.bytes + iif(day = excluded.day, bytes, 0)`,
    );
    this.#removeOthers = database.prepare(
      "DELETE FROM daily_totals WHERE day <> ?",
    );
  }

  /**
   * What has been received on a day.
   *
   * @param sender A key in base64, or a name for several senders together.
   * @param day A number for the day.
   */
  get(sender: string, day: number): Totals {
    const row = this.#get.get(sender, day);
    if (row === undefined) return { messages: 0, bytes: 0 };
    return { messages: row.integer("messages"), bytes: row.integer("bytes") };
  }

  /**
   * Adds what has been received, in the transaction that is under way.
   *
   * @param sender A key in base64, or a name for several senders together.
   * @param day A number for the day.
   * @throws {StorageError} If that could not be stored.
   */
  add(sender: string, day: number, { messages, bytes }: Totals): void {
    if (this.#day !== day) this.#removeOthers.run(day);
    this.#day = day;
    this.#add.run(sender, day, messages, bytes);
  }
}
