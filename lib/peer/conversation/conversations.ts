import { formatAddress, originOf } from "../../net/mod.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import { PlainConversation, type PlainLink, unprovedID } from "../plain/mod.ts";
import type { ConversationContext } from "./context.ts";
import type { Conversation } from "../conversation_types.ts";
import { SecureConversation } from "./secure_conversation.ts";

/**
 * The maximum of broken conversations that are reconnected at once, so that
 * unknown peers cannot make this peer ask and dial for any number of them.
 */
const MAX_RECONNECTING = 32;

/** How many secure conversations are kept before the idle ones are removed. */
const SWEEP_ABOVE_CONVERSATIONS = 1000;

/**
 * The conversations of a peer, and the one place that says which of them has a
 * name or an address. No two that are open have the same name.
 */
export class Conversations {
  readonly #context: ConversationContext;
  /** One for each client that anything goes to or comes from, by client ID. */
  readonly #secure = new Map<string, SecureConversation>();
  readonly #plain = new Set<PlainConversation>();
  readonly #closing = new AbortController();

  /**
   * The conversations of one peer.
   *
   * @param context What they share; what depends on all of them is added here.
   */
  constructor(
    context: Omit<ConversationContext, "mayReconnect">,
  ) {
    this.#context = {
      ...context,
      mayReconnect: () => this.#brokenCount < MAX_RECONNECTING,
    };
  }

  /** The peers in conversation: first the secure ones, then those in plaintext. */
  get parties(): Party[] {
    return this.#all.flatMap(({ party }) => party ?? []);
  }

  /** Whether a message is in flight. */
  get hasInFlight(): boolean {
    return Array.from(this.#secure.values()).some(({ stages }) =>
      stages.hasInFlight
    );
  }

  /**
   * The open conversation of that name, or else with that address.
   *
   * @param name A name, as in {@linkcode Party.name}, or HOST:PORT.
   */
  find(name: string): Conversation | undefined {
    const secure = this.#secure.get(name);
    if (secure?.isOpen) return secure;
    const plain = Array.from(this.#plain);
    const named = plain.find(({ party }) => party?.name === name);
    // Each message comes by here: only an address has a colon.
    if (named !== undefined || !name.includes(":")) return named;
    return this.#all.find(({ party }) =>
      party !== undefined && formatAddress(party.address) === name
    );
  }

  /**
   * The open conversation of that name or address, as {@linkcode find} gives it.
   *
   * @throws {PeerError} If there is none.
   */
  get(name: string): Conversation {
    const conversation = this.find(name);
    if (conversation !== undefined) return conversation;
    throw new PeerError(`no conversation with ${name} is open`);
  }

  /** The open conversations in plaintext with peers that are called so. */
  plainCalled(clientID: string): PlainConversation[] {
    return Array.from(this.#plain).filter(({ party }) =>
      party !== undefined && unprovedID(party.name) === clientID
    );
  }

  /** The secure conversation with a client, open or not; made if there is none. */
  getOrCreate(clientID: string): SecureConversation {
    let conversation = this.#secure.get(clientID);
    if (conversation === undefined) {
      if (this.#secure.size >= SWEEP_ABOVE_CONVERSATIONS) this.#removeIdle();
      conversation = new SecureConversation(clientID, this.#context);
      this.#secure.set(clientID, conversation);
      if (this.#closing.signal.aborted) conversation.close();
    }
    return conversation;
  }

  /** Adds a conversation in plaintext, which is not open before it is announced. */
  addPlain(link: PlainLink): PlainConversation {
    const { onEvent, timings, plainQuotas } = this.#context;
    const conversation = new PlainConversation(link, {
      onEvent,
      timings,
      takes: (text, { direction, address: { host } }) => {
        const { length } = new TextEncoder().encode(text);
        // The user has asked for the other ones.
        return direction === "out" ||
          plainQuotas.take(originOf(host), length, Date.now());
      },
      uniqueName: (name) => this.#uniqueName(name),
    });
    this.#plain.add(conversation);
    conversation.ended.then(() => this.#plain.delete(conversation));
    return conversation;
  }

  /** Tries to send all that waits, now. */
  wake(): void {
    for (const clientID of this.#context.store.outbox.recipients()) {
      this.getOrCreate(clientID);
    }
    for (const conversation of this.#secure.values()) conversation.wake();
  }

  /** Closes the links to a client that are under another key than its own. */
  closeLinksWithOtherKeys(clientID: string, key: string | undefined): void {
    this.#secure.get(clientID)?.closeLinksWithOtherKeys(key);
  }

  /** Moves all links to the key of this peer that is in force now. */
  async changeOver(): Promise<void> {
    await Promise.all(
      Array.from(this.#secure.values(), (secure) => secure.changeOver()),
    );
  }

  /** Hangs up the conversations with the clients that have a key. */
  hangUpKey(key: string): void {
    for (const [clientID, conversation] of this.#secure) {
      if (this.#context.knownKeys.keyOf(clientID) !== key) continue;
      conversation.hangUp();
    }
  }

  /** Ends all conversations: sends QUIT and closes their links. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([
      ...Array.from(this.#secure.values(), (secure) => secure.close()),
      ...Array.from(this.#plain, (plain) => plain.hangUp()),
    ]);
  }

  get #all(): Conversation[] {
    return [...this.#secure.values(), ...this.#plain];
  }

  get #brokenCount(): number {
    let broken = 0;
    for (const { isBroken } of this.#secure.values()) if (isBroken) broken++;
    return broken;
  }

  #removeIdle(): void {
    for (const [clientID, { isIdle }] of this.#secure) {
      if (isIdle) this.#secure.delete(clientID);
    }
  }

  /** A name for a conversation in plaintext that no other one has. */
  #uniqueName(name: string): string {
    const used = new Set(Array.from(this.#plain, ({ party }) => party?.name));
    let unique = name;
    for (let n = 2; used.has(unique); n++) unique = `${name}~${n}`;
    return unique;
  }
}
