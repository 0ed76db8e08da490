import { isClientID } from "../protocol/mod.ts";
import type { PeerComponents } from "./components.ts";
import type { Conversations } from "./conversation/mod.ts";
import type { Conversation } from "./conversation_types.ts";
import { ownClientID, PeerError } from "./errors.ts";

/** Which conversation of a peer a name stands for, that the user has given. */
export class NamedConversations {
  readonly #components: Pick<PeerComponents, "context" | "store" | "resolver">;

  /** Looks at the conversations of a peer and at what it stores. */
  constructor(
    components: Pick<PeerComponents, "context" | "store" | "resolver">,
  ) {
    this.#components = components;
  }

  /**
   * The open conversation that a name stands for. A client ID stands for one in
   * plaintext only if no key of the client is known, here or to the registry.
   *
   * @throws {PeerError} If several in plaintext may be meant.
   */
  async find(name: string): Promise<Conversation | undefined> {
    const open = this.#conversations.find(name);
    if (open !== undefined || !this.mayBePlain(name)) return open;
    if (await this.#components.resolver.mayBeClaimed(name)) return undefined;
    // A key may have come meanwhile.
    return this.#conversations.find(name) ??
      (this.mayBePlain(name) ? this.onlyPlain(name) : undefined);
  }

  /** Whether a client ID may stand for a conversation in plaintext. */
  mayBePlain(clientID: string): boolean {
    const { context: { conversations, knownKeys }, store } = this.#components;
    return conversations.plainCalled(clientID).length > 0 &&
      knownKeys.keyOf(clientID) === undefined &&
      store.outbox.count(clientID) === 0 &&
      store.requests.named(clientID).length === 0;
  }

  /**
   * The conversation in plaintext that a client ID stands for.
   *
   * @throws {PeerError} If there are several.
   */
  onlyPlain(clientID: string): Conversation | undefined {
    const [plain, ...more] = this.#conversations.plainCalled(clientID);
    if (plain === undefined || more.length === 0) return plain;
    const names = [plain, ...more].flatMap(({ party }) => party?.name ?? []);
    throw new PeerError(
      `several peers in plaintext call themselves ${clientID}: name one of ` +
        `them, ${names.join(" or ")}`,
    );
  }

  /**
   * The conversation that a text goes to, open or not.
   *
   * @throws {PeerError} If there can be none of that name.
   */
  getOrCreate(name: string): Conversation {
    const open = this.#conversations.find(name);
    if (open !== undefined) return open;
    if (name === this.#components.context.clientID) throw ownClientID(name);
    return isClientID(name)
      ? this.#conversations.getOrCreate(name)
      : this.#conversations.get(name);
  }

  /**
   * The name of the open conversation in plaintext that a name stands for;
   * the name itself if there is none.
   *
   * @param name As for {@linkcode send}.
   */
  plainNameOf(name: string): string {
    const [plain] = this.#conversations.plainCalled(name);
    const open = this.#conversations.find(name) ?? plain;
    return open?.party?.name ?? name;
  }

  get #conversations(): Conversations {
    return this.#components.context.conversations;
  }
}
