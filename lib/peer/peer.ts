import { type Address, formatAddress, ListenError } from "../net/mod.ts";
import { type Client, isClientID } from "../protocol/mod.ts";
import { fingerprint, fingerprintOf, Identity } from "../secure/mod.ts";
import { Resolver } from "./connect/mod.ts";
import type { ConnectContext } from "./connect/mod.ts";
import { acceptConnection, openConversation } from "./connect/mod.ts";
import { StorageError } from "../storage/mod.ts";
import { Acceptor } from "./connect/mod.ts";
import { KnownKeys } from "./trust/mod.ts";
import { PlainConversations } from "./plain/mod.ts";
import { Conversations } from "./conversation/mod.ts";
import { FallbackRegistryClient } from "./registry_client/mod.ts";
import { PeerError } from "./errors.ts";
import type { Party, PeerEvent, Protection } from "./events.ts";
import type { History } from "./store/mod.ts";
import { Mail } from "./delivery/mod.ts";
import { listen } from "../net/mod.ts";
import { checkText, type Outgoing } from "./store/mod.ts";
import { Queue } from "./conversation/mod.ts";
import type { RegistryClient } from "./registry_client/mod.ts";
import { limitRefusals } from "./connect/mod.ts";
import { openStore, type Store } from "./store/mod.ts";
import { PEER_TIMINGS, type PeerTimings } from "./timings.ts";

/** How a {@linkcode Peer} runs. */
export interface PeerOptions {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens for other peers; port 0 takes a free one. */
  readonly listen: Address;
  /**
   * The port that others are told to come to, where it is not the one that it
   * listens on: behind a router that forwards a port, say.
   */
  readonly advertise?: number | undefined;
  /** The registry that it asks. */
  readonly registry: Address;
  /** Receives what happens, in order; it must not throw. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Its identity. Default: a new identity. */
  readonly identity?: Identity;
  /**
   * What it keeps, which its maker closes after the peer. Default: a store in
   * memory, which ends with the peer.
   */
  readonly store?: Store;
  /** Whether to talk with those who only speak plain, too. Default: false. */
  readonly plain?: boolean;
  /** How long it waits for what, where that is not {@linkcode PEER_TIMINGS}. */
  readonly timings?: Partial<PeerTimings>;
}

/**
 * One client: reachable by others, in any number of conversations.
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
  /** What waits for others. */
  readonly queue: Queue;
  /** All messages that are kept. */
  readonly history: History;
  /** The port that others come to. */
  readonly #port: number;
  readonly #identity: Identity;
  readonly #store: Store;
  readonly #knownKeys: KnownKeys;
  readonly #mail: Mail;
  readonly #conversations: Conversations;
  readonly #plainConversations: PlainConversations;
  readonly #context: ConnectContext;
  readonly #acceptor: Acceptor;
  readonly #registry: RegistryClient;
  readonly #resolver: Resolver;
  readonly #closing = new AbortController();
  /** What this peer has opened and closes: the listener, and its own store. */
  readonly #resources: DisposableStack;
  /** The client IDs that the registry has named. */
  readonly #listed = new Set<string>();

  private constructor(
    listener: Deno.TcpListener,
    store: Store,
    options: PeerOptions,
    resources: DisposableStack,
  ) {
    this.#store = store;
    const { hostname: host, port } = listener.addr;
    this.clientID = options.clientID;
    this.address = { host, port };
    this.#port = options.advertise ?? port;
    const { clientID, plain = false } = options;
    // In front of every part: strangers reach some by letter, others by dialling.
    const onEvent = limitRefusals(options.onEvent);
    const identity = this.#identity = options.identity ?? Identity.generate();
    const knownKeys = this.#knownKeys = new KnownKeys(
      store.pins,
      (clientID) => this.#lookUp(clientID),
    );
    const timings = { ...PEER_TIMINGS, ...options.timings };
    const self = {
      clientID,
      identity,
      plain,
      knownKeys,
      store,
      timings,
      onEvent,
    };
    const registry = this.#registry = new FallbackRegistryClient({
      ...self,
      address: options.registry,
      onRegistered: () => this.#onRegistered(),
      onMail: () => this.#mail.collect(),
    });
    this.#resolver = new Resolver(registry, clientID);
    const mail = this.#mail = new Mail({
      ...self,
      registry,
      onReturn: (clientID) => this.#conversations.of(clientID).wake(),
    });
    const conversations = this.#conversations = new Conversations({
      ...self,
      mail,
      call: async (clientID, last) =>
        await openConversation(
          this.#context,
          await this.#resolver.reach(clientID, last),
        ),
    });
    this.queue = new Queue(store.outbox, conversations);
    this.history = store.history;
    const plainConversations = this.#plainConversations =
      new PlainConversations(
        timings,
        onEvent,
        (name) => knownKeys.keyOf(name) !== undefined,
      );
    const context = this.#context = {
      ...self,
      port: this.#port,
      conversations,
      plainConversations,
      signal: this.#closing.signal,
    };
    this.#acceptor = new Acceptor(
      listener,
      (wire) => acceptConnection(context, wire),
    );
    // Whoever makes this peer has it by then.
    queueMicrotask(() => this.#showUnseen(onEvent));
    this.#resources = resources.move();
  }

  /**
   * Starts a peer, which accepts conversations from then on.
   *
   * @throws {PeerError} If it cannot listen there, or the ID is not one.
   */
  static listen(options: PeerOptions): Peer {
    const { clientID } = options;
    if (!isClientID(clientID)) {
      throw new PeerError(
        `"${clientID}" cannot be a client ID: it takes 1 to 64 letters, ` +
          "digits, dots, underscores and hyphens",
      );
    }
    using resources = new DisposableStack();
    const listener = resources.use(listenForPeers(options.listen));
    const store = options.store ??
      resources.use(openStore(":memory:", { now: Date.now() }));
    return new Peer(listener, store, options, resources);
  }

  /** Where its registry is. */
  get registry(): Address {
    return this.#registry.address;
  }

  /**
   * Whether it is registered, or was and is coming back: not before it has
   * registered, nor after the registry has dismissed it.
   */
  get isRegistered(): boolean {
    return this.#registry.isRegistered;
  }

  /** The fingerprint of its registry's key, once that is known. */
  get registryKey(): string | undefined {
    const key = this.#knownKeys.keyOf(formatAddress(this.registry));
    return key && fingerprintOf(key);
  }

  /** The fingerprint of its key, by which others can know it. */
  get fingerprint(): string {
    return fingerprint(this.#identity.publicKey);
  }

  /** Those that it is in conversation with, in the order that they came. */
  get parties(): readonly Party[] {
    return [
      ...this.#conversations.parties,
      ...this.#plainConversations.parties,
    ];
  }

  /**
   * Tells the registry where this peer is.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async register(): Promise<void> {
    await this.#registry.register(this.#port);
  }

  /**
   * Who is registered.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async info(): Promise<Client[]> {
    const clients = await this.#registry.info();
    for (const { clientID } of clients) this.#listed.add(clientID);
    return clients;
  }

  /**
   * Asks the registry where a client is, or for any other client.
   *
   * @returns Undefined if nobody is there.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async bridge(target?: string): Promise<Client | undefined> {
    const client = await this.#resolver.find(target);
    if (client !== undefined) this.#listed.add(client.clientID);
    return client;
  }

  /**
   * Opens a conversation, or finds the one that is open with that client.
   *
   * @param target A client ID, which is bridged first, or HOST:PORT. Default:
   * the client last bridged.
   * @throws {KeyChangedError} If the client has another key than before.
   * @throws {PeerError} If nobody can be reached there.
   */
  async chat(target?: string): Promise<Party> {
    const name = target ?? this.#resolver.last;
    const open = this.#conversations.partyOf(name) ??
      this.#plainConversations.find(name)?.party;
    return open ?? await openConversation(
      this.#context,
      await this.#resolver.locate(target),
    );
  }

  /**
   * Whether a text can be sent to somebody now, or queued for them: there is a
   * conversation, they have been met, or the registry knows them.
   */
  async knows(name: string): Promise<boolean> {
    if (this.#plainConversations.find(name) !== undefined) return true;
    if (!isClientID(name) || name === this.clientID) return false;
    return this.#knownKeys.keyOf(name) !== undefined ||
      this.#store.outbox.count(name) > 0 ||
      await this.#lookUp(name) !== undefined;
  }

  /**
   * Sends a text. To somebody who speaks the secure mode it is stored first, and
   * delivered as soon as that can be, however often this program is ended
   * before; in plain it is sent once, or not at all.
   *
   * @param name A client ID, or the name or address of a conversation in plain.
   * @returns The message as it is stored; undefined in plain.
   * @throws {PeerError} If the text is empty, too long or holds a NUL, or in
   * plain, if there is no such conversation or its connection breaks.
   * @throws {StorageError} If it could not be stored: it will not be sent.
   */
  async send(name: string, text: string): Promise<Outgoing | undefined> {
    checkText(text);
    const plain = this.#conversations.partyOf(name) === undefined
      ? this.#plainConversations.find(name)
      : undefined;
    if (plain !== undefined) {
      await plain.send(text);
      return undefined;
    }
    const clientID = this.#addressee(name);
    const message = this.#store.outbox.queue(clientID, text, Date.now());
    this.#conversations.of(clientID).send();
    return message;
  }

  /** Whether somebody's key is known, from the first contact on. */
  isMet(clientID: string): boolean {
    return this.#knownKeys.keyOf(clientID) !== undefined;
  }

  /**
   * The names of all other clients that this peer knows of, for completion:
   * those whose keys are pinned, those that the registry has named, and those
   * in conversation.
   */
  knownNames(): string[] {
    const names = new Set([
      ...this.#listed,
      ...this.parties.map(({ name }) => name),
      ...this.#store.pins.clients(),
    ]);
    names.delete(this.clientID);
    return [...names];
  }

  /** How a conversation with somebody who has been met is protected. */
  protectionOf(clientID: string): Protection {
    return this.#knownKeys.protection(clientID);
  }

  /**
   * Ends a conversation politely.
   *
   * @param name The conversation's {@linkcode Party.name}, or its address.
   * @throws {PeerError} If there is none.
   */
  async hangup(name: string): Promise<void> {
    if (this.#conversations.partyOf(name) !== undefined) {
      await this.#conversations.of(name).hangUp();
    } else await this.#plainConversations.get(name).hangUp();
  }

  /**
   * Accepts the new key of somebody whose key has changed.
   *
   * @param who A client ID, or HOST:PORT for a registry.
   * @param print The new key's fingerprint, which has to be given where several
   * keys have come.
   * @returns The new key's fingerprint.
   * @throws {PeerError} If it has not changed, or not to that one.
   */
  trust(who: string, print?: string): string {
    const accepted = this.#knownKeys.trust(who, print);
    this.#conversations.dropOthers(who, this.#knownKeys.keyOf(who));
    this.#store.outbox.leaveAgain(who);
    this.#conversations.protect(who, "pinned");
    this.#conversations.wake();
    return accepted;
  }

  /**
   * Marks a client as verified.
   *
   * @returns The safety number: 60 digits that both sides compare.
   * @throws {PeerError} If the two have never met.
   */
  verify(clientID: string): string {
    const number = this.#knownKeys.verify(clientID, this.#identity);
    this.#conversations.protect(clientID, "verified");
    return number;
  }

  /** Ends all conversations and stops listening. Takes less than 2 s. */
  async close(): Promise<void> {
    using _resources = this.#resources;
    await this.#acceptor.stop();
    this.#closing.abort();
    await Promise.all([
      this.#conversations.close(),
      this.#plainConversations.hangUp(),
      this.#mail.close(),
    ]);
    await this.#registry.close();
    await this.#acceptor.idle();
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The key that the registry knows a client ID by, if it can say. */
  async #lookUp(clientID: string): Promise<string | undefined> {
    if (!this.isRegistered) return undefined;
    try {
      return await this.#registry.lookUp(clientID);
    } catch (error) {
      // A registry that is away cannot be asked: then the contact decides.
      if (error instanceof PeerError) return undefined;
      throw error;
    }
  }

  /** Shows what had arrived when the program was ended last, and was not. */
  #showUnseen(onEvent: (event: PeerEvent) => void): void {
    const { inbox } = this.#store;
    try {
      const unseen = inbox.unseen();
      for (const { peer: name, text, id, time } of unseen) {
        const from = { name, protection: this.#knownKeys.protection(name) };
        onEvent({ type: "message", from, text, id, time });
      }
      inbox.seen(unseen);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      onEvent({ type: "waiting", to: undefined, reason: error.message });
    }
  }

  #onRegistered(): void {
    this.#mail.collect();
    this.#conversations.wake();
  }

  /** Whom a name that is none of a conversation in plain stands for. */
  #addressee(name: string): string {
    if (name === this.clientID) {
      throw new PeerError("that is you: name another client");
    }
    if (isClientID(name)) return name;
    // A conversation that was begun by address may still be called by it.
    const party = this.#conversations.parties.find(({ address }) =>
      formatAddress(address) === name
    );
    if (party !== undefined) return party.name;
    throw new PeerError(`no conversation with ${name} is open`);
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
