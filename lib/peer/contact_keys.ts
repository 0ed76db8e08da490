import type { ConnectContext } from "./connect/mod.ts";
import { ownClientID, PeerError } from "./errors.ts";
import type { Protection } from "./events.ts";
import type { NamedConversations } from "./named_conversations.ts";

/** The keys of other clients: what the user is told of them, and says. */
export class ContactKeys {
  readonly #clientID: string;
  readonly #context: ConnectContext;
  readonly #named: NamedConversations;

  /** The keys that a client knows, whose conversations have names. */
  constructor(
    clientID: string,
    context: ConnectContext,
    named: NamedConversations,
  ) {
    this.#clientID = clientID;
    this.#context = context;
    this.#named = named;
  }

  /** Whether a client's key is known: it is from the first contact on. */
  hasPinned(clientID: string): boolean {
    return this.#context.knownKeys.keyOf(clientID) !== undefined;
  }

  /** How a conversation with a client whose key is known is protected. */
  protectionOf(clientID: string): Protection {
    return this.#context.knownKeys.protection(clientID);
  }

  /**
   * Accepts the new key of a client or registry, which its user has told this
   * one. A key that has come is pinned at once; another one when it comes, which
   * the event `trusted` tells: until then the known key stays.
   *
   * @param name A client ID, or HOST:PORT for a registry.
   * @param fingerprint The fingerprint of the new key.
   * @returns Whether the key is pinned now.
   * @throws {PeerError} If that is no fingerprint, or that of the known key, or
   * if no key is known.
   */
  trust(name: string, fingerprint: string): boolean {
    const { knownKeys, acceptance } = this.#context;
    const isPinned = knownKeys.trust(name, fingerprint);
    acceptance.accept(name);
    return isPinned;
  }

  /**
   * The safety number of a client: 60 digits that both sides compare.
   *
   * @throws {PeerError} If its key is not known, or it is this client.
   */
  safetyNumber(clientID: string): string {
    this.#checkHasKey(clientID);
    const { knownKeys, ownKeys } = this.#context;
    return knownKeys.safetyNumber(clientID, ownKeys.current);
  }

  /**
   * Marks a client as verified: the user has compared the safety number.
   *
   * @returns The safety number.
   * @throws {PeerError} If its key is not known, or it is this client.
   */
  verify(clientID: string): string {
    this.#checkHasKey(clientID);
    const { knownKeys, ownKeys } = this.#context;
    return knownKeys.verify(clientID, ownKeys.current);
  }

  /**
   * Marks a client as verified no longer.
   *
   * @throws {PeerError} If it is not verified.
   */
  unverify(clientID: string): void {
    this.#checkHasKey(clientID);
    this.#context.knownKeys.unverify(clientID);
  }

  /** @throws {PeerError} For this client, and for one in plaintext. */
  #checkHasKey(clientID: string): void {
    if (clientID === this.#clientID) throw ownClientID(clientID);
    const open = this.#context.conversations.find(clientID)?.party;
    const isPlain = open?.protection === "unencrypted" ||
      this.#named.mayBePlain(clientID);
    if (isPlain) {
      throw new PeerError(
        `the conversation with ${clientID} is not encrypted: there is no key ` +
          "to verify",
      );
    }
  }
}
