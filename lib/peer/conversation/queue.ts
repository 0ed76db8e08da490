import { setTimeout as sleep } from "node:timers/promises";
import type { Conversations } from "./conversations.ts";
import type { Outgoing } from "../store/mod.ts";
import type { Outbox } from "../store/mod.ts";

/** How often it is looked whether something still moves, in ms. */
const LOOK_EVERY = 20;

/** What waits for others. */
export class Queue {
  readonly #outbox: Outbox;
  readonly #conversations: Conversations;

  /** What is in an outbox, seen together with what is on its way. */
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
   * @returns Undefined if it is too late: it is on its way, or has left.
   * @throws {StorageError} If that could not be stored.
   */
  unsend(id: string): Outgoing | undefined {
    const message = this.#outbox.get(id);
    if (message === undefined) return undefined;
    if (this.#conversations.of(message.peer).isPossiblyDelivered(id)) {
      return undefined;
    }
    return this.#outbox.unsend(id);
  }

  /**
   * Waits until nothing waits that could be sent or left now.
   *
   * @param patience How long at most, in ms.
   */
  async settle(patience: number): Promise<void> {
    const deadline = performance.now() + patience;
    while (performance.now() < deadline && this.#isMoving()) {
      await sleep(LOOK_EVERY);
    }
  }

  #isMoving(): boolean {
    return this.#outbox.hasQueued() || this.#conversations.isCarrying;
  }
}
