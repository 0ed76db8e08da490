import {
  type Address,
  AddressError,
  formatAddress,
  isClientID,
  MAX_BODY,
  parseAddress,
} from "../framing/mod.ts";
import { fingerprint, Identity } from "../secure/mod.ts";
import { answer, call, type Callee, type Caller } from "./calls.ts";
import { Callers } from "./callers.ts";
import { Contacts } from "./contacts.ts";
import { Conversations } from "./conversations.ts";
import { EitherRegistry } from "./either_registry.ts";
import { PeerError } from "./errors.ts";
import type { Client, Party, PeerEvent } from "./events.ts";
import type { RegistryClient } from "./registry_client.ts";
import { openStore, type Store } from "./store.ts";

/** How a {@linkcode Peer} runs. */
export interface PeerOptions {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens for other peers; port 0 takes a free one. */
  readonly listen: Address;
  /** The registry that it asks. */
  readonly registry: Address;
  /** Receives what happens, in order; it must not throw. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Who it is. Default: somebody new. */
  readonly identity?: Identity;
  /** What it remembers; the caller closes it. Default: nothing, at the end. */
  readonly store?: Store;
  /** Whether to talk with those who only speak plain, too. Default: false. */
  readonly plain?: boolean;
}

/** One client: reachable by others, in any number of conversations. */
export class Peer implements AsyncDisposable {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens. */
  readonly address: Address;
  readonly #identity: Identity;
  readonly #contacts: Contacts;
  readonly #conversations: Conversations;
  readonly #caller: Caller;
  readonly #callers: Callers;
  readonly #registry: RegistryClient;
  #registered = false;
  #bridged: Client | undefined;

  private constructor(listener: Deno.TcpListener, options: PeerOptions) {
    const { hostname: host, port } = listener.addr;
    this.clientID = options.clientID;
    this.address = { host, port };
    const { clientID, onEvent, registry, plain = false } = options;
    const identity = this.#identity = options.identity ?? Identity.generate();
    const { pins } = options.store ??
      openStore(":memory:", { now: Date.now() });
    const contacts = this.#contacts = new Contacts(pins);
    const conversations = this.#conversations = new Conversations(onEvent);
    const self = { clientID, identity, plain, contacts, onEvent };
    this.#registry = new EitherRegistry({ ...self, address: registry });
    const caller = this.#caller = {
      ...self,
      port,
      conversations,
      lookUp: (clientID: string) => this.#lookUp(clientID),
    };
    this.#callers = new Callers(listener, (wire) => answer(caller, wire));
  }

  /**
   * Starts a peer, which accepts conversations from then on.
   *
   * @throws {PeerError} If it cannot listen there, or the ID is not one.
   */
  static listen(options: PeerOptions): Peer {
    const { clientID, listen } = options;
    if (!isClientID(clientID)) {
      throw new PeerError(
        `"${clientID}" cannot be a client ID: it takes 1 to 64 letters, ` +
          "digits, dots, underscores and hyphens",
      );
    }
    try {
      const { host: hostname, port } = listen;
      return new Peer(Deno.listen({ hostname, port }), options);
    } catch (error) {
      throw new PeerError(whyNot(error, listen));
    }
  }

  /** Where its registry is. */
  get registry(): Address {
    return this.#registry.address;
  }

  /** The fingerprint of its key, by which others can know it. */
  get fingerprint(): string {
    return fingerprint(this.#identity.publicKey);
  }

  /** Those that it is in conversation with, in the order that they came. */
  get parties(): readonly Party[] {
    return this.#conversations.parties;
  }

  /**
   * Tells the registry where this peer is.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async register(): Promise<void> {
    await this.#registry.register(this.address.port);
    this.#registered = true;
  }

  /**
   * Who is registered.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  info(): Promise<Client[]> {
    return this.#registry.info();
  }

  /**
   * Asks the registry where a client is, or for any other client.
   *
   * @returns Undefined if nobody is there.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async bridge(target?: string): Promise<Client | undefined> {
    if (target !== undefined && !isClientID(target)) {
      throw new PeerError(`"${target}" is not a client ID`);
    }
    if (target === this.clientID) {
      throw new PeerError("that is you: name another client");
    }
    const client = await this.#registry.bridge(target);
    if (client !== undefined) this.#bridged = client;
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
    const name = target ?? this.#bridged?.clientID;
    const open = this.#conversations.find(name)?.party;
    return open ?? await call(this.#caller, await this.#locate(target));
  }

  /**
   * Sends a text to an open conversation.
   *
   * @param name The conversation's {@linkcode Party.name}, or its address: the
   * name may change from one to the other at any time.
   * @throws {PeerError} If there is none, the text is empty or too long, or the
   * connection breaks.
   */
  async send(name: string, text: string): Promise<void> {
    const length = new TextEncoder().encode(text).length;
    if (length > MAX_BODY) {
      throw new PeerError(
        `a message may have ${MAX_BODY} bytes and this one has ${length}: ` +
          "send it in parts",
      );
    }
    if (text === "") throw new PeerError("an empty message is not sent");
    await this.#conversations.get(name).send(text);
  }

  /**
   * Ends a conversation politely.
   *
   * @param name The conversation's {@linkcode Party.name}, or its address.
   * @throws {PeerError} If there is none.
   */
  async hangup(name: string): Promise<void> {
    await this.#conversations.get(name).hangUp();
  }

  /**
   * Accepts the new key of somebody whose key has changed.
   *
   * @param who A client ID, or HOST:PORT for a registry.
   * @returns The new key's fingerprint.
   * @throws {PeerError} If it has not changed.
   */
  trust(who: string): string {
    const accepted = this.#contacts.trust(who);
    this.#conversations.protect(who, "pinned");
    return accepted;
  }

  /**
   * Marks a client as verified.
   *
   * @returns The safety number: 60 digits that both sides compare.
   * @throws {PeerError} If the two have never met.
   */
  verify(clientID: string): string {
    const number = this.#contacts.verify(clientID, this.#identity);
    this.#conversations.protect(clientID, "verified");
    return number;
  }

  /** Ends all conversations and stops listening. Takes less than 2 s. */
  async close(): Promise<void> {
    await this.#callers.stop();
    await Promise.all([this.#conversations.hangUp(), this.#registry.close()]);
    await this.#callers.gone();
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The key that the registry knows a client ID by, if it can say. */
  async #lookUp(clientID: string): Promise<string | undefined> {
    if (!this.#registered) return undefined;
    try {
      return await this.#registry.lookUp(clientID);
    } catch (error) {
      // A registry that is away cannot be asked: then the contact decides.
      if (error instanceof PeerError) return undefined;
      throw error;
    }
  }

  /** Where, and who, somebody to talk to is. */
  async #locate(target: string | undefined): Promise<Callee> {
    if (target?.includes(":")) return { address: parseTarget(target) };
    if (target === undefined && this.#bridged === undefined) {
      throw new PeerError("nobody was bridged yet: name a client or HOST:PORT");
    }
    const client = target === undefined
      ? this.#bridged
      : await this.bridge(target);
    if (client === undefined) {
      throw new PeerError(`the registry knows no ${target}: is it registered?`);
    }
    const { clientID: name, address, key } = client;
    return { name, address, key, plainOnly: key === undefined };
  }
}

/** Reads an address to dial. */
function parseTarget(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new PeerError(error.message);
    throw error;
  }
}

function whyNot(error: unknown, address: Address): string {
  const where = formatAddress(address);
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where} is in use by another program: choose another port, or 0 ` +
      "for a free one";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where} is not an address of this machine`;
  }
  return `cannot listen on ${where}: ${
    error instanceof Error ? error.message : String(error)
  }`;
}
