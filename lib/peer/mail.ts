import { encodeMessage, FramingError, type Message } from "../framing/mod.ts";
import {
  type Identity,
  MAX_SEALED_TEXT,
  seal,
  SealError,
  unseal,
} from "../secure/mod.ts";
import { StorageError } from "../storage/mod.ts";
import type { Contacts } from "./contacts.ts";
import { Errand } from "./errand.ts";
import { KeyChangedError, MailboxError, PeerError } from "./errors.ts";
import type { PeerEvent } from "./events.ts";
import type { Arrival } from "./inbox.ts";
import {
  type Letter,
  parseLetter,
  sealedMessage,
  sealedReceipt,
} from "./letter.ts";
import type { Outgoing } from "./messages.ts";
import type { RegistryClient } from "./registry_client.ts";
import type { Store } from "./store.ts";

/** How long the registry keeps a letter, in ms. */
const LETTER_TTL = 7 * 24 * 60 * 60 * 1000;

/** Most receipts in one letter. */
const RECEIPTS = 500;

/** What mail is left and collected with. */
export interface MailHost {
  readonly clientID: string;
  readonly identity: Identity;
  readonly registry: RegistryClient;
  readonly contacts: Contacts;
  readonly store: Store;
  readonly onEvent: (event: PeerEvent) => void;
}

/**
 * Messages that go by the registry's mailbox, sealed to the key of whoever they
 * are for (PROTOCOL.md, "Mailbox").
 */
export class Mail {
  readonly #host: MailHost;
  readonly #collecting = new Errand(() => this.#collectAll());

  /** Leaves and collects nothing by itself. */
  constructor(host: MailHost) {
    this.#host = host;
  }

  /**
   * Leaves messages for a client, those that are not there yet, in their order.
   *
   * @param onLeft Is told of each.
   * @throws {MailboxError} If one cannot be left; those after it are not tried.
   * @throws {PeerError} If the registry cannot be asked.
   */
  async leave(
    clientID: string,
    messages: readonly Outgoing[],
    onLeft: (message: Outgoing) => void,
  ): Promise<void> {
    const now = Date.now();
    const missing = messages.filter(({ leftAt }) =>
      leftAt === undefined || now - leftAt > LETTER_TTL
    );
    if (missing.length === 0) return;
    const key = await this.#keyOf(clientID);
    for (const message of missing) {
      const letter = sealedMessage(this.#host.clientID, message);
      await this.#deposit(clientID, key, letter);
      onLeft(message);
    }
  }

  /** Collects what waits at the registry, now or after what is under way. */
  collect(): Promise<void> {
    return this.#collecting.run();
  }

  /** Resolves when nothing is being collected or receipted. */
  idle(): Promise<void> {
    return this.#collecting.idle();
  }

  async #collectAll(): Promise<void> {
    const { registry, onEvent } = this.#host;
    try {
      let { sealed, last } = await registry.collect();
      while (last !== undefined) {
        const receipts = await this.#open(sealed);
        ({ sealed, last } = await registry.collect(last));
        await this.#acknowledge(receipts);
      }
    } catch (error) {
      // A registry that is away is said so, and collected from when it is back.
      if (error instanceof StorageError) {
        onEvent({ type: "waiting", to: undefined, reason: error.message });
      } else if (!(error instanceof PeerError)) throw error;
    }
  }

  /** Stores what has come; the IDs of the messages, by who sent them. */
  async #open(sealed: readonly Uint8Array[]): Promise<Map<string, string[]>> {
    const receipts = new Map<string, string[]>();
    for (const bytes of sealed) {
      const letter = await this.#unseal(bytes);
      if (letter === undefined) continue;
      const { from, key } = letter;
      if ("delivered" in letter) this.#delivered(from, letter.delivered);
      else {
        this.#take(from, key, letter.message);
        const ids = receipts.get(from) ?? [];
        receipts.set(from, [...ids, letter.message.id]);
      }
    }
    return receipts;
  }

  /** A letter and the key of its sender, who is who the letter says. */
  async #unseal(
    bytes: Uint8Array,
  ): Promise<Letter & { key: string } | undefined> {
    const { identity, contacts, onEvent } = this.#host;
    try {
      const { senderKey, plaintext } = unseal(identity, bytes);
      const letter = parseLetter(plaintext);
      const key = senderKey.toBase64();
      await contacts.recognise(letter.from, key);
      return { ...letter, key };
    } catch (error) {
      if (error instanceof KeyChangedError) {
        const { who: name, fingerprint, message: reason } = error;
        onEvent({ type: "keyChanged", name, fingerprint, reason });
      } else if (
        !(error instanceof SealError || error instanceof PeerError ||
          error instanceof FramingError)
      ) throw error;
      // What is not genuine, or not from whom it says, is nobody's message.
      return undefined;
    }
  }

  #take(name: string, key: string, arrival: Arrival): void {
    const { store: { inbox }, contacts, onEvent } = this.#host;
    const fresh = inbox.receive(key, name, [arrival], Date.now());
    const from = { name, protection: contacts.protection(name) };
    for (const { id, text, time } of fresh) {
      onEvent({ type: "message", from, text, id, time });
    }
    inbox.seen(fresh);
  }

  #delivered(from: string, ids: readonly string[]): void {
    const { store: { outbox }, onEvent } = this.#host;
    for (const { id, peer } of outbox.delivered(from, ids)) {
      onEvent({ type: "delivered", id, to: peer });
    }
  }

  /** Leaves receipts for those whose messages came by mailbox. */
  async #acknowledge(receipts: Map<string, string[]>): Promise<void> {
    const { clientID, contacts } = this.#host;
    for (const [from, ids] of receipts) {
      const key = contacts.keyOf(from);
      if (key === undefined) continue;
      for (let at = 0; at < ids.length; at += RECEIPTS) {
        const letter = sealedReceipt(clientID, ids.slice(at, at + RECEIPTS));
        try {
          await this.#deposit(from, key, letter);
        } catch (error) {
          // Without it the sender sends them again, and learns it then.
          if (!(error instanceof MailboxError)) throw error;
        }
      }
    }
  }

  async #deposit(
    clientID: string,
    key: string,
    letter: Message,
  ): Promise<void> {
    const bytes = encodeMessage(letter);
    if (bytes.length > MAX_SEALED_TEXT) {
      throw new MailboxError(
        "a message is too long to be left at the registry: it waits here",
      );
    }
    const { identity, registry } = this.#host;
    const sealed = seal(Uint8Array.fromBase64(key), identity, bytes);
    await registry.deposit(clientID, key, sealed);
  }

  /** The key that messages to a client are sealed to. */
  async #keyOf(clientID: string): Promise<string> {
    const { contacts, registry } = this.#host;
    const pinned = contacts.keyOf(clientID);
    if (pinned !== undefined) return pinned;
    const key = await registry.lookUp(clientID);
    if (key === undefined) {
      throw new MailboxError(`the registry knows no ${clientID}`);
    }
    contacts.meet(clientID, key);
    return key;
  }
}
