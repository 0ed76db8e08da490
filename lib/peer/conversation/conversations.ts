import { Conversation, type ConversationContext } from "./conversation.ts";
import type { Party, Protection } from "../events.ts";

/**
 * Most broken conversations that are taken up at once. Strangers must not be able
 * to make this peer ask and call for any number of them.
 */
const MOST_BROKEN = 32;

/** How many deliveries are kept before those that are over are forgotten. */
const MANY = 1000;

/** A delivery for each client that anything goes to or comes from. */
export class Conversations {
  readonly #host: ConversationContext;
  readonly #all = new Map<string, Conversation>();
  readonly #closing = new AbortController();

  /** Delivers nothing before it is woken, or has a link. */
  constructor(host: Omit<ConversationContext, "mayTakeUp">) {
    this.#host = { ...host, mayTakeUp: () => this.#broken < MOST_BROKEN };
  }

  /** Those with whom there is a conversation. */
  get parties(): Party[] {
    return Array.from(this.#all.values()).flatMap(({ party }) => party ?? []);
  }

  /** Whether anything is on its way. */
  get isCarrying(): boolean {
    return Array.from(this.#all.values()).some((one) => one.isCarrying);
  }

  /** The delivery for a client. */
  of(clientID: string): Conversation {
    let delivery = this.#all.get(clientID);
    if (delivery === undefined) {
      if (this.#all.size >= MANY) this.#forget();
      delivery = new Conversation(clientID, this.#host);
      this.#all.set(clientID, delivery);
      if (this.#closing.signal.aborted) delivery.close();
    }
    return delivery;
  }

  /** Who a client in a conversation is; undefined if there is none with it. */
  partyOf(name: string | undefined): Party | undefined {
    return name === undefined ? undefined : this.#all.get(name)?.party;
  }

  /** Tries to send all that waits, now. */
  wake(): void {
    for (const clientID of this.#host.store.outbox.recipients()) {
      this.of(clientID);
    }
    for (const delivery of this.#all.values()) delivery.wake();
  }

  /** Drops the links to a client that are under another key than its own. */
  dropOthers(clientID: string, key: string | undefined): void {
    this.#all.get(clientID)?.dropOthers(key);
  }

  /** Says that a conversation is now protected in another way. */
  protect(clientID: string, protection: Protection): void {
    this.#all.get(clientID)?.protect(protection);
  }

  /** How many conversations are broken. */
  get #broken(): number {
    let broken = 0;
    for (const { isBroken } of this.#all.values()) if (isBroken) broken++;
    return broken;
  }

  #forget(): void {
    for (const [clientID, { isOver }] of this.#all) {
      if (isOver) this.#all.delete(clientID);
    }
  }

  /** Ends all conversations politely. */
  async close(): Promise<void> {
    this.#closing.abort();
    const all = Array.from(this.#all.values());
    await Promise.all(all.map((delivery) => delivery.close()));
  }
}
