import { setTimeout as sleep } from "node:timers/promises";
import type { Outbox, Outgoing } from "../store/mod.ts";
import type { Conversations } from "./conversations.ts";

/** How often it is checked whether something is still being sent, in ms. */
const POLL_INTERVAL_MS = 20;

/** The messages that wait for other clients. */
export class Queue {
  readonly #outbox: Outbox;
  readonly #conversations: Conversations;

  /** The queue of an outbox, whose messages the conversations send. */
  constructor(outbox: Outbox, conversations: Conversations) {
    this.#outbox = outbox;
    this.#conversations = conversations;
  }

  /** How many messages wait. */
  get length(): number {
    return this.#outbox.count();
  }

  /** The messages that wait, for one recipient after the other, oldest first. */
  list(): Outgoing[] {
    return this.#outbox.recipients().flatMap((name) =>
      this.#outbox.waiting(name)
    );
  }

  /**
   * Takes back a message that waits.
   *
   * @returns Undefined if it is too late: it is in flight, or has left.
   * @throws {StorageError} If that could not be stored.
   */
  unsend(id: string): Outgoing | undefined {
    const message = this.#outbox.get(id);
    return message &&
      this.#conversations.getOrCreate(message.peer).stages.unsend(id);
  }

  /**
   * Waits until no message is queued or in flight: each one is deposited or
   * delivered.
   *
   * @param timeoutMs How long at most, in ms.
   */
  async drain(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline && this.#isSending) {
      await sleep(POLL_INTERVAL_MS);
    }
  }

  get #isSending(): boolean {
    return this.#outbox.hasQueued() || this.#conversations.hasInFlight;
  }
}
