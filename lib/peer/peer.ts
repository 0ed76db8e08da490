import {
  type Address,
  formatAddress,
  listen,
  ListenError,
} from "../net/mod.ts";
import { type Client, isClientID } from "../protocol/mod.ts";
import { fingerprint, fingerprintOf } from "../secure/mod.ts";
import {
  type Blocking,
  type NewKey,
  type StrangerDecisions,
} from "./connect/mod.ts";
import { type Conversations, Queue } from "./conversation/mod.ts";
import { invalidClientID, ownClientID, PeerError } from "./errors.ts";
import type { Party } from "./events.ts";
import { ContactKeys } from "./contact_keys.ts";
import { NamedConversations } from "./named_conversations.ts";
import type { PeerOptions } from "./options.ts";
import { createComponents, type PeerComponents } from "./components.ts";
import {
  checkText,
  type History,
  openStore,
  type Outgoing,
  type Store,
} from "./store/mod.ts";

/**
 * One client: other clients can reach it, and it has any number of
 * conversations.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "../registry/mod.ts";
 * import { Peer } from "./mod.ts";
 *
 * const listen = { host: "127.0.0.1", port: 0 };
 * await using running = Registry.listen({ listen, plain: false });
 * const registry = running.address;
 *
 * const heard = Promise.withResolvers<string>();
 * await using bob = Peer.listen({
 *   clientID: "bob",
 *   accept: "all",
 *   listen,
 *   registry,
 *   onEvent: (event) => {
 *     if (event.type === "message") heard.resolve(event.text);
 *   },
 * });
 * await bob.register();
 *
 * await using alice = Peer.listen({
 *   clientID: "alice",
 *   listen,
 *   registry,
 *   onEvent: () => {},
 * });
 * await alice.register();
 * await alice.send("bob", "hello");
 * assertEquals(await heard.promise, "hello");
 * ```
 */
export class Peer implements AsyncDisposable {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens. */
  readonly address: Address;
  /** The messages that wait for other clients. */
  readonly queue: Queue;
  /** All messages that are kept. */
  readonly history: History;
  /** The strangers who want to talk. */
  readonly strangers: StrangerDecisions;
  /** The clients that the user blocks. */
  readonly blocking: Blocking;
  /** The keys of other clients, and whether the user has verified them. */
  readonly keys: ContactKeys;
  readonly #components: PeerComponents;
  readonly #named: NamedConversations;
  /** What this peer has opened and closes: the listener, and its own store. */
  readonly #resources: DisposableStack;
  /** Resolves when it has been closed; undefined until that is asked for. */
  #closed: Promise<void> | undefined;

  private constructor(
    listener: Deno.TcpListener,
    store: Store,
    options: PeerOptions,
    resources: DisposableStack,
  ) {
    const { hostname: host, port } = listener.addr;
    this.clientID = options.clientID;
    this.address = { host, port };
    this.#components = createComponents(listener, store, options);
    this.#named = new NamedConversations(this.#components);
    this.queue = new Queue(
      store.outbox,
      this.#components.context.conversations,
    );
    this.history = store.history;
    this.strangers = this.#components.context.strangers;
    this.blocking = this.#components.blocking;
    this.keys = new ContactKeys(
      this.clientID,
      this.#components.context,
      this.#named,
    );
    this.#resources = resources.move();
  }

  /**
   * Starts a peer, which accepts conversations from then on.
   *
   * @throws {PeerError} If it cannot listen there, or the client ID is none.
   */
  static listen(options: PeerOptions): Peer {
    const { clientID } = options;
    if (!isClientID(clientID)) {
      throw invalidClientID(clientID);
    }
    using resources = new DisposableStack();
    const listener = resources.use(listenForPeers(options.listen));
    const store = options.store ??
      resources.use(openStore(":memory:", { now: Date.now() }));
    return new Peer(listener, store, options, resources);
  }

  /** Where its registry is. */
  get registry(): Address {
    return this.#components.registry.address;
  }

  /**
   * Whether it is registered, or was and is coming back: not before it has
   * registered, nor after the registry has dismissed it.
   */
  get isRegistered(): boolean {
    return this.#components.registry.isRegistered;
  }

  /** Whether its registry is asked in plain, so far as is known. */
  get isRegistryPlain(): boolean {
    return this.#components.registry.isPlain;
  }

  /** The fingerprint of its registry's key, once that is known. */
  get registryKey(): string | undefined {
    const { knownKeys } = this.#components.context;
    const key = knownKeys.keyOf(formatAddress(this.registry));
    return key && fingerprintOf(key);
  }

  /** The fingerprint of its own key, by which others can verify it. */
  get fingerprint(): string {
    return fingerprint(this.#components.context.ownKeys.current.publicKey);
  }

  /** The peers in conversation: first the secure ones, then those in plaintext. */
  get parties(): readonly Party[] {
    return this.#conversations.parties;
  }

  /**
   * Registers with the registry.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async register(): Promise<void> {
    const { registry, context } = this.#components;
    await registry.register(context.port);
  }

  /**
   * The clients that are registered.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  info(): Promise<Client[]> {
    return this.#components.resolver.list();
  }

  /**
   * Asks the registry where a client is, or for any other client.
   *
   * @returns Undefined if there is none.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  bridge(target?: string): Promise<Client | undefined> {
    return this.#components.resolver.bridge(target);
  }

  /**
   * Opens a conversation, or finds the one that is open with that client. From
   * then on the user accepts that client.
   *
   * @param target A client ID, which is bridged first; HOST:PORT; or
   * plain://HOST:PORT for a program that speaks only the plain protocol.
   * Default: the client last bridged.
   * @throws {KeyChangedError} If the client's key is not the pinned one.
   * @throws {PeerError} If it cannot be reached.
   */
  async chat(target?: string): Promise<Party> {
    const { context, resolver } = this.#components;
    this.#checkNotBlocked(target ?? resolver.last ?? "");
    const accepting = this.#acceptRequestOf(target ?? resolver.last ?? "");
    if (accepting !== undefined) await accepting;
    const name = target?.replace(/^plain:\/\//, "") ?? resolver.last ?? "";
    const open = (await this.#named.find(name))?.party;
    // Where a connection broke another client may listen by now.
    const isOpen = open !== undefined && (open.name === name || !open.broken);
    // Such a name has no address beyond the conversation.
    if (!isOpen && name.startsWith("~")) this.#conversations.get(name);
    const party = isOpen
      ? open
      : await this.#components.open(() => resolver.targetFor(target));
    if (party.clientID !== undefined) {
      context.acceptance.accept(party.clientID);
      context.strangers.acceptPinned(party.clientID);
    }
    return party;
  }

  /**
   * The name under which a text can be sent to a client now, or queued for it:
   * that of the open conversation, or else the client ID, if its key is known or
   * the registry knows it.
   *
   * @param name A client ID, or the name or address of an open conversation.
   * @returns Undefined if there is no such client.
   * @throws {PeerError} If it is this client, or several may be meant.
   */
  async recipient(name: string): Promise<string | undefined> {
    const { store, resolver } = this.#components;
    const open = (await this.#named.find(name))?.party;
    if (open !== undefined) return open.name;
    if (name === this.clientID) throw ownClientID(name);
    if (!isClientID(name)) return undefined;
    const isKnown = this.keys.hasPinned(name) || store.outbox.count(name) > 0 ||
      await resolver.isClaimed(name);
    return isKnown ? name : undefined;
  }

  /**
   * Sends a text, whose recipient the user accepts. In the secure mode it is
   * stored first, and delivered as soon as that is possible, however often this
   * program is ended before; in plaintext it is sent once, or not at all.
   *
   * @param name A client ID, or the name or address of an open conversation.
   * @returns The message as it is stored; undefined in plaintext.
   * @throws {PeerError} If the text is empty, too long or holds a NUL, if there
   * is no such conversation, or in plaintext, if its connection breaks.
   * @throws {StorageError} If it could not be stored: it will not be sent.
   */
  async send(name: string, text: string): Promise<Outgoing | undefined> {
    checkText(text);
    this.#checkNotBlocked(name);
    const accepting = this.#acceptRequestOf(name);
    if (accepting !== undefined) await accepting;
    const plain = this.#named.mayBePlain(name)
      ? await this.#named.find(name)
      : undefined;
    const conversation = plain ?? this.#named.getOrCreate(name);
    const message = await conversation.send(text);
    if (message !== undefined) {
      this.#components.context.acceptance.accept(message.peer);
    }
    return message;
  }

  /**
   * The name of the open conversation in plaintext that a name stands for;
   * the name itself if there is none.
   *
   * @param name As for {@linkcode send}.
   */
  plainNameOf(name: string): string {
    return this.#named.plainNameOf(name);
  }

  /**
   * Deletes all messages to and from a client, and where it was reached
   * ({@linkcode History.forget}).
   *
   * @returns How many messages were deleted.
   * @throws {StorageError} If that failed: some of it may still be there.
   */
  forget(clientID: string): number {
    this.#components.context.addresses.forget(clientID);
    return this.history.forget(clientID);
  }

  /**
   * The client ID, of one that the user knows, that another name looks like.
   *
   * @param name A client ID, or the name of a conversation in plaintext.
   * @returns Undefined if there is none, or the user knows the name itself.
   */
  resembles(name: string): string | undefined {
    return this.#components.context.contacts.resembles(name);
  }

  /**
   * The names of all other clients that this peer knows of, for completion:
   * those whose keys are pinned, those that the registry has named, and those
   * in conversation.
   */
  knownNames(): string[] {
    const { store, resolver } = this.#components;
    const names = new Set([
      ...resolver.named,
      ...this.parties.map(({ name }) => name),
      ...store.pins.clients(),
      ...this.strangers.list().map(({ name }) => name),
      ...this.blocking.list().map(({ name }) => name),
    ]);
    names.delete(this.clientID);
    return [...names];
  }

  /**
   * Sends QUIT and ends a conversation.
   *
   * @param name The conversation's {@linkcode Party.name}, or its address.
   * @throws {PeerError} If there is none.
   */
  async hangUp(name: string): Promise<void> {
    const plain = this.#named.mayBePlain(name)
      ? this.#named.onlyPlain(name)
      : undefined;
    await (plain ?? this.#conversations.get(name)).hangUp();
  }

  /**
   * Replaces its key by a new one. Those who have pinned the old one, and the
   * registry, are told, now or when they are reached.
   *
   * @throws {StorageError} If that could not be stored: the old key stays.
   */
  rotateKey(): Promise<NewKey> {
    return this.#components.keyRotation.rotate();
  }

  /**
   * Ends all conversations and stops listening. Takes less than 2 s. A further
   * call waits for the first one.
   */
  close(): Promise<void> {
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    using _resources = this.#resources;
    const {
      acceptor,
      closing,
      gapNotice,
      heldLinks,
      letterCollector,
      oldMailboxes,
      keyRotation,
      registry,
    } = this.#components;
    await acceptor.stop();
    closing.abort();
    await Promise.all([
      this.#conversations.close(),
      heldLinks.close(),
      letterCollector.close(),
      oldMailboxes.close(),
      gapNotice.close(),
    ]);
    await registry.close();
    await keyRotation.idle();
    await acceptor.idle();
  }

  /** Calls {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #conversations(): Conversations {
    return this.#components.context.conversations;
  }

  /** @throws {BlockedError} If the user has blocked a client of that name. */
  #checkNotBlocked(name: string): void {
    if (this.#conversations.find(name)?.party?.protection === "unencrypted") {
      return;
    }
    this.#components.context.acceptance.checkNotBlocked(name);
  }

  /** Accepts the stranger of that name who wants to talk, if there is one. */
  #acceptRequestOf(name: string): Promise<void> | undefined {
    const { store: { pins }, context: { strangers } } = this.#components;
    return pins.isAccepted(name) ? undefined : strangers.acceptIfWaiting(name);
  }
}

function listenForPeers(address: Address): Deno.TcpListener {
  try {
    return listen(address);
  } catch (error) {
    if (error instanceof ListenError) throw new PeerError(error.message);
    throw error;
  }
}
