import type { MessageState, Outbox, Outgoing } from "../store/mod.ts";

/**
 * How far a message to a peer has come. The {@linkcode MessageState} is what the
 * outbox stores, and so what survives a restart. A stage is more precise: two of
 * its values say where a `queued` message is while this program runs.
 */
export type MessageStage =
  /** Sent over an open link and not acknowledged yet. */
  | "inFlight"
  /**
   * Sent over a link that broke, or to the registry, and no answer: the peer or
   * the registry may have it.
   */
  | "possiblyDelivered"
  /** What the outbox stores: `queued`, `left` or `delivered`. */
  | MessageState;

/**
 * How far the messages to one peer have come: the one place that says it, and
 * whether a message may still be taken back.
 */
export class MessageStages {
  readonly #outbox: Outbox;
  readonly #inFlight: () => Iterable<readonly string[]>;
  readonly #possiblyDelivered = new Set<string>();

  /**
   * The stages of what is in an outbox.
   *
   * @param inFlight The IDs of the messages in flight, for each link.
   */
  constructor(outbox: Outbox, inFlight: () => Iterable<readonly string[]>) {
    this.#outbox = outbox;
    this.#inFlight = inFlight;
  }

  /** Whether a message is in flight. */
  get hasInFlight(): boolean {
    return Iterator.from(this.#inFlight()).some((ids) => ids.length > 0);
  }

  /** The stage of a message; undefined if it is not kept, or is incoming. */
  stageOf(id: string): MessageStage | undefined {
    const state = this.#outbox.get(id)?.state;
    if (state !== "queued") return state;
    const inFlight = Iterator.from(this.#inFlight());
    if (inFlight.some((ids) => ids.includes(id))) return "inFlight";
    return this.#possiblyDelivered.has(id) ? "possiblyDelivered" : state;
  }

  /**
   * Takes a message back, which only a queued one allows.
   *
   * @returns The message; undefined if it is too late.
   * @throws {StorageError} If that could not be stored.
   */
  unsend(id: string): Outgoing | undefined {
    return this.stageOf(id) === "queued" ? this.#outbox.unsend(id) : undefined;
  }

  /**
   * Notes that the peer or the registry may have a message from now on.
   *
   * @returns Whether that is news.
   */
  addPossiblyDelivered(id: string): boolean {
    if (this.#possiblyDelivered.has(id)) return false;
    this.#possiblyDelivered.add(id);
    return true;
  }

  /** Notes that it is known again who has a message. */
  removePossiblyDelivered(id: string): void {
    this.#possiblyDelivered.delete(id);
  }
}
