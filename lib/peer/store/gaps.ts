import type { TextMessage } from "../../protocol/mod.ts";
import type { Database, Statement } from "../../storage/mod.ts";

/** Most gaps of one sender of which the user has not been told. */
const MAX_GAPS_PER_SENDER = 100;

/** Most gaps of one sender of which the user has been told; the newest stay. */
const MAX_TOLD_GAPS_PER_SENDER = 100;

/** A message that its sender has named, and that has not arrived. */
export interface Gap {
  /** Its ID. */
  readonly missing: string;
  /** The sender's key, in base64. */
  readonly senderKey: string;
  /** The sender's client ID. */
  readonly peer: string;
  /** The ID of the message after it, which has arrived. */
  readonly id: string;
  /**
   * When that was written, in ms since the epoch: by its sender's clock, but not
   * later than it arrived.
   */
  readonly time: number;
}

/**
 * The gaps between the messages of each sender, until the missing message arrives
 * (PROTOCOL.md, "Delivery").
 */
export class Gaps {
  readonly #database: Database;
  readonly #isOpen: Statement;
  readonly #isLate: Statement;
  readonly #close: Statement;
  readonly #hasArrived: Statement;
  readonly #open: Statement;
  readonly #all: Statement;
  readonly #markTold: Statement;
  readonly #dropTold: Statement;

  /** The gaps in a database that has the tables. */
  constructor(database: Database) {
    this.#database = database;
    const prepare = (sql: string) => database.prepare(sql);
    this.#isOpen = prepare("SELECT 1 FROM gaps WHERE sender = ? LIMIT 1");
    // By their IDs: what is missing is not the only message before the gap.
    this.#isLate = prepare(
      "SELECT 1 FROM gaps WHERE sender = ? AND missing >= ? LIMIT 1",
    );
    this.#close = prepare("DELETE FROM gaps WHERE sender = ? AND missing = ?");
    // Under any key: that of the sender may have been replaced meanwhile.
    this.#hasArrived = prepare(
      `SELECT 1 FROM received WHERE sender = ?1 AND id = ?2 UNION ALL
        SELECT 1 FROM senders JOIN received
          ON received.sender = senders.number AND received.id = ?2
        LIMIT 1`,
    );
    this.#open = prepare(
      `INSERT OR IGNORE INTO gaps (sender, missing, peer, id, time)
        SELECT ?1, ?2, ?3, ?4, ?5
          WHERE (SELECT count(*) FROM gaps WHERE sender = ?1 AND NOT told)
            < ${MAX_GAPS_PER_SENDER}`,
    );
    this.#all = prepare(
      `SELECT gaps.*, senders.key FROM gaps
        JOIN senders ON senders.number = gaps.sender
        WHERE NOT told ORDER BY gaps.sender, gaps.missing`,
    );
    this.#markTold = prepare(
      `UPDATE gaps SET told = 1 WHERE missing = ?2
        AND sender = (SELECT number FROM senders WHERE key = ?1)
        RETURNING sender`,
    );
    this.#dropTold = prepare(
      `DELETE FROM gaps WHERE sender = ?1 AND told AND missing NOT IN (
        SELECT missing FROM gaps WHERE sender = ?1 AND told
          ORDER BY missing DESC LIMIT ${MAX_TOLD_GAPS_PER_SENDER})`,
    );
  }

  /**
   * Opens and closes gaps as messages arrive that had not arrived before, and are
   * noted as received.
   *
   * @param sender The number of the sender.
   * @param peer The sender's client ID.
   * @param now The time, in ms.
   * @returns The IDs of those that are late: a later one has arrived, and has
   * named one that had not.
   * @throws {StorageError} If that could not be stored.
   */
  note(
    sender: number,
    peer: string,
    fresh: readonly TextMessage[],
    now: number,
  ): ReadonlySet<string> {
    const late = new Set<string>();
    if (this.#isOpen.get(sender) !== undefined) {
      for (const { id } of fresh) {
        if (this.#isLate.get(sender, id) !== undefined) late.add(id);
      }
      for (const { id } of fresh) this.#close.run(sender, id);
    }
    let before: string | undefined;
    for (const { id, previous, time } of fresh) {
      const isGap = previous !== undefined && previous !== before &&
        this.#hasArrived.get(sender, previous) === undefined;
      if (isGap) {
        this.#open.run(sender, previous, peer, id, Math.min(time, now));
      }
      before = id;
    }
    return late;
  }

  /** All gaps of which the user has not been told, by sender, oldest first. */
  list(): Gap[] {
    return this.#all.all().map((row) => ({
      missing: row.text("missing"),
      senderKey: row.text("key"),
      peer: row.text("peer"),
      id: row.text("id"),
      time: row.integer("time"),
    }));
  }

  /**
   * Notes that the user has been told of gaps.
   *
   * @throws {StorageError} If that could not be stored: they are told again.
   */
  markTold(gaps: readonly Gap[]): void {
    this.#database.transaction(() => {
      const senders = gaps.flatMap(({ senderKey, missing }) =>
        this.#markTold.get(senderKey, missing)?.integer("sender") ?? []
      );
      for (const sender of new Set(senders)) this.#dropTold.run(sender);
    });
  }
}
