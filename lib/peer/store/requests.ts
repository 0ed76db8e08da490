import type { TextMessage } from "../../protocol/mod.ts";
import type { Database, Row, Statement } from "../../storage/mod.ts";
import { previousFrom } from "./message_row.ts";

/** Most strangers of whom requests are kept at once. */
export const MAX_REQUESTS = 32;

/** Most messages that are held of one stranger. */
export const MAX_HELD_MESSAGES = 8;

/** Most bytes of text that are held of one stranger. */
export const MAX_HELD_BYTES: number = 16 * 1024;

/** How long a stranger whose request was declined may make no other. */
const DECLINED_MS = 24 * 60 * 60 * 1000;

/** A stranger, who has proved a key and wants to talk. */
export interface Stranger {
  /** The stranger's key, in base64. */
  readonly key: string;
  /** The client ID that belongs to the key. */
  readonly name: string;
}

/** A message of a stranger. */
export interface HeldMessage extends TextMessage {
  /** Whether it came by letter. */
  readonly byLetter: boolean;
}

/**
 * The strangers who want to talk, and their first messages, which are held until
 * the user decides. Times are ms since the epoch.
 */
export class Requests {
  readonly #database: Database;
  readonly #all: Statement;
  readonly #waiting: Statement;
  readonly #get: Statement;
  readonly #named: Statement;
  readonly #isDeclined: Statement;
  readonly #add: Statement;
  readonly #remove: Statement;
  readonly #removeExpired: Statement;
  readonly #decline: Statement;
  readonly #messages: Statement;
  readonly #isHeld: Statement;
  readonly #hold: Statement;
  readonly #markFull: Statement;
  readonly #removeMessages: Statement;

  /** The requests in a database that has the tables. */
  constructor(database: Database) {
    this.#database = database;
    const prepare = (sql: string) => database.prepare(sql);
    this.#all = prepare("SELECT * FROM requests ORDER BY number");
    this.#waiting = prepare(
      "SELECT * FROM requests WHERE declined_at IS NULL ORDER BY number",
    );
    this.#get = prepare(
      "SELECT * FROM requests WHERE key = ? AND declined_at IS NULL",
    );
    this.#named = prepare("SELECT * FROM requests WHERE name = ?");
    this.#isDeclined = prepare(
      "SELECT 1 FROM requests WHERE key = ? AND declined_at > ?",
    );
    this.#add = prepare(
      "REPLACE INTO requests (key, name, is_full) VALUES (?, ?, 0)",
    );
    this.#remove = prepare("DELETE FROM requests WHERE key = ?");
    this.#removeExpired = prepare(
      "DELETE FROM requests WHERE declined_at <= ?",
    );
    this.#decline = prepare(
      `REPLACE INTO requests (key, name, is_full, declined_at)
        VALUES (?, ?, 0, ?)`,
    );
    this.#messages = prepare("SELECT * FROM held WHERE key = ? ORDER BY id");
    this.#isHeld = prepare("SELECT 1 FROM held WHERE key = ? AND id = ?");
    this.#hold = prepare(
      `INSERT INTO held (key, id, text, time, by_letter, previous)
        VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#markFull = prepare("UPDATE requests SET is_full = 1 WHERE key = ?");
    this.#removeMessages = prepare("DELETE FROM held WHERE key = ?");
  }

  /** The strangers who wait for a decision, in the order in which they came. */
  list(): Stranger[] {
    return this.#waiting.all().map(strangerFrom);
  }

  /** Those who wait, and those who were declined. */
  all(): Stranger[] {
    return this.#all.all().map(strangerFrom);
  }

  /** The stranger with a key, if one waits for a decision. */
  get(key: string): Stranger | undefined {
    const row = this.#get.get(key);
    return row && strangerFrom(row);
  }

  /** The strangers of a name: those who wait, and those who were declined. */
  named(name: string): Stranger[] {
    return this.#named.all(name).map(strangerFrom);
  }

  /**
   * Adds a stranger who waits for a decision. If that makes too many, the one who
   * has waited longest gives way, and asks again with the next call.
   *
   * @param isPresent Whether a stranger has a link, and does not give way.
   * @returns Whether the stranger is kept: not if there is no room.
   * @throws {StorageError} If that could not be stored.
   */
  add(stranger: Stranger, isPresent: (key: string) => boolean): boolean {
    return this.#database.transaction(() => {
      const waiting = this.list();
      if (waiting.length >= MAX_REQUESTS) {
        const oldest = waiting.find(({ key }) => !isPresent(key));
        if (oldest === undefined) return false;
        this.#forget(oldest.key);
      }
      this.#add.run(stranger.key, stranger.name);
      return true;
    });
  }

  /**
   * Holds messages of a stranger who waits for a decision, as far as the limits
   * allow: all of them up to one that is too much, and none from there on.
   *
   * @returns Those that are held, also from before.
   * @throws {StorageError} If they could not be stored: none of them is.
   */
  hold(key: string, messages: readonly HeldMessage[]): HeldMessage[] {
    return this.#database.transaction(() => {
      const row = this.#get.get(key);
      if (row === undefined) return [];
      let isFull = row.integer("is_full") === 1;
      let [count, bytes] = this.#sizeOf(key);
      const held = messages.filter(({ id, text, time, byLetter, previous }) => {
        if (this.#isHeld.get(key, id) !== undefined) return true;
        bytes += new TextEncoder().encode(text).length;
        isFull ||= ++count > MAX_HELD_MESSAGES || bytes > MAX_HELD_BYTES;
        if (!isFull) {
          const way = byLetter ? 1 : 0;
          this.#hold.run(key, id, text, time, way, previous ?? null);
        }
        return !isFull;
      });
      if (isFull) this.#markFull.run(key);
      return held;
    });
  }

  /** The messages that are held of a stranger, in the order of their IDs. */
  messages(key: string): HeldMessage[] {
    return this.#messages.all(key).map((row) => ({
      id: row.text("id"),
      text: row.text("text"),
      time: row.integer("time"),
      byLetter: row.integer("by_letter") === 1,
      ...previousFrom(row),
    }));
  }

  /**
   * Removes a stranger, and the messages that are held.
   *
   * @throws {StorageError} If that could not be stored.
   */
  remove(key: string): void {
    this.#database.transaction(() => this.#forget(key));
  }

  /**
   * Removes the messages of a stranger, who may ask again a day later.
   *
   * @param now The time, in ms.
   * @throws {StorageError} If that could not be stored.
   */
  decline({ key, name }: Stranger, now: number): void {
    this.#database.transaction(() => {
      this.#removeMessages.run(key);
      this.#removeExpired.run(now - DECLINED_MS);
      this.#decline.run(key, name, now);
    });
  }

  /** Whether a stranger was declined less than a day ago. */
  isDeclined(key: string, now: number): boolean {
    return this.#isDeclined.get(key, now - DECLINED_MS) !== undefined;
  }

  #forget(key: string): void {
    this.#removeMessages.run(key);
    this.#remove.run(key);
  }

  /** How many messages are held of a stranger, and their bytes. */
  #sizeOf(key: string): [count: number, bytes: number] {
    const messages = this.messages(key);
    const encoder = new TextEncoder();
    return [
      messages.length,
      messages.reduce((n, { text }) => n + encoder.encode(text).length, 0),
    ];
  }
}

function strangerFrom(row: Row): Stranger {
  return { key: row.text("key"), name: row.text("name") };
}
