import type { Database, Statement } from "../../storage/mod.ts";
import type { Outgoing } from "./message.ts";

/**
 * The chain of messages to each client: every message names the one before it, so
 * that the client notices when one is missing (PROTOCOL.md, "Delivery"). A message
 * that is taken back before it was sent leaves no gap.
 */
export class Chains {
  readonly #last: Statement;
  readonly #setLast: Statement;
  readonly #removeLast: Statement;
  readonly #bypass: Statement;
  readonly #beginAtOldest: Statement;

  /** The chains in a database that has the tables. */
  constructor(database: Database) {
    this.#last = database.prepare("SELECT id FROM chain_ends WHERE peer = ?");
    this.#setLast = database.prepare(
      "REPLACE INTO chain_ends (peer, id) VALUES (?, ?)",
    );
    this.#removeLast = database.prepare(
      "DELETE FROM chain_ends WHERE peer = ?",
    );
    this.#bypass = database.prepare(
      `UPDATE messages SET previous = ?
        WHERE peer = ? AND state < 2 AND previous = ?`,
    );
    this.#beginAtOldest = database.prepare(
      `UPDATE messages SET previous = NULL WHERE state < 3 AND id = (
        SELECT min(id) FROM messages WHERE peer = ? AND state < 2)`,
    );
  }

  /**
   * Puts a new message at the end of a client's chain.
   *
   * @returns The ID of the one before it; undefined if it is the first one.
   * @throws {StorageError} If that could not be stored.
   */
  append(peer: string, id: string): string | undefined {
    const previous = this.#last.get(peer)?.text("id");
    this.#setLast.run(peer, id);
    return previous;
  }

  /**
   * Takes a message that waits out of its chain.
   *
   * @throws {StorageError} If that could not be stored.
   */
  remove({ id, peer, previous }: Outgoing): void {
    if (this.#last.get(peer)?.text("id") !== id) {
      this.#bypass.run(previous ?? null, peer, id);
    } else if (previous !== undefined) this.#setLast.run(peer, previous);
    else this.#removeLast.run(peer);
  }

  /**
   * Begins a client's chain anew: with the oldest message that waits, or else
   * with the next one.
   *
   * @throws {StorageError} If that could not be stored.
   */
  restart(peer: string): void {
    if (this.#beginAtOldest.run(peer) === 0) this.#removeLast.run(peer);
  }
}
