import {
  type Address,
  AddressError,
  formatAddress,
  isClientID,
  MAX_BODY,
  parseAddress,
  TcpWire,
} from "../framing/mod.ts";
import { Conversation } from "./conversation.ts";
import { dial } from "./dial.ts";
import { PeerError } from "./errors.ts";
import type { Client, Party, PeerEvent } from "./events.ts";
import { PlainLink } from "./plain_link.ts";
import { PlainRegistry } from "./plain_registry.ts";
import { within } from "./within.ts";

/** How long a caller has to say who it is before it is just an address, in ms. */
const INTRODUCTION = 500;

/** Most conversations at once that others began. */
const MOST_CALLERS = 256;

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
}

/** One client: reachable by others, in any number of conversations. */
export class Peer implements AsyncDisposable {
  /** Its client ID. */
  readonly clientID: string;
  /** Where it listens. */
  readonly address: Address;
  /** Where its registry is. */
  readonly registry: Address;
  readonly #listener: Deno.TcpListener;
  readonly #registry: PlainRegistry;
  readonly #onEvent: (event: PeerEvent) => void;
  readonly #accepting: Promise<void>;
  readonly #callers = new Set<Promise<void>>();
  readonly #conversations = new Set<Conversation>();
  #bridged: Client | undefined;

  private constructor(listener: Deno.TcpListener, options: PeerOptions) {
    const { hostname: host, port } = listener.addr;
    this.clientID = options.clientID;
    this.address = { host, port };
    this.registry = options.registry;
    this.#listener = listener;
    this.#registry = new PlainRegistry(options.registry);
    this.#onEvent = options.onEvent;
    this.#accepting = this.#accept();
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

  /** Those that it is in conversation with, in the order that they came. */
  get parties(): readonly Party[] {
    return Array.from(this.#conversations).flatMap(({ party }) => party ?? []);
  }

  /**
   * Tells the registry where this peer is.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  register(): Promise<void> {
    return this.#registry.register(this.clientID, this.address.port);
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
    const client = await this.#registry.bridge(this.clientID, target);
    if (client !== undefined) this.#bridged = client;
    return client;
  }

  /**
   * Opens a conversation, or finds the one that is open with that client.
   *
   * @param target A client ID, which is bridged first, or HOST:PORT. Default:
   * the client last bridged.
   * @throws {PeerError} If nobody can be reached there.
   */
  async chat(target?: string): Promise<Party> {
    const open = this.#find(target ?? this.#bridged?.clientID)?.party;
    if (open !== undefined) return open;
    const { name, address } = await this.#locate(target);
    const wire = await dial(address, name ?? "the peer");
    return await this.#dialled(wire, name);
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
    await this.#conversation(name).send(text);
  }

  /**
   * Ends a conversation politely.
   *
   * @param name The conversation's {@linkcode Party.name}, or its address.
   * @throws {PeerError} If there is none.
   */
  async hangup(name: string): Promise<void> {
    await this.#conversation(name).hangUp();
  }

  /** Ends all conversations and stops listening. Takes less than 2 s. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    await Promise.all(
      Array.from(this.#conversations, (open) => open.hangUp()),
    );
    await Promise.all(this.#callers);
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The open conversation of that name, or with that address. */
  #find(name: string | undefined): Conversation | undefined {
    const open = Array.from(this.#conversations);
    return open.find(({ party }) => party?.name === name) ??
      open.find(({ party }) => party && formatAddress(party.address) === name);
  }

  #conversation(name: string): Conversation {
    const conversation = this.#find(name);
    if (conversation !== undefined) return conversation;
    throw new PeerError(`no conversation with ${name} is open`);
  }

  async #locate(
    target: string | undefined,
  ): Promise<{ name: string | undefined; address: Address }> {
    if (target?.includes(":")) {
      return { name: undefined, address: parseTarget(target) };
    }
    if (target === undefined && this.#bridged === undefined) {
      throw new PeerError("nobody was bridged yet: name a client or HOST:PORT");
    }
    const client = target === undefined
      ? this.#bridged
      : await this.bridge(target);
    if (client === undefined) {
      throw new PeerError(`the registry knows no ${target}: is it registered?`);
    }
    return { name: client.clientID, address: client.address };
  }

  async #accept(): Promise<void> {
    for (;;) {
      let conn: Deno.TcpConn;
      try {
        conn = await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        // The caller was gone before it was accepted: the next one is not.
        continue;
      }
      if (this.#callers.size >= MOST_CALLERS) conn.close();
      else {
        const called = this.#called(new TcpWire(conn));
        this.#callers.add(called);
        called.finally(() => this.#callers.delete(called));
      }
    }
  }

  async #dialled(wire: TcpWire, clientID: string | undefined): Promise<Party> {
    const link = new PlainLink(wire, this.#self(wire), (said) => {
      if (clientID === undefined) conversation.rename(this.#unused(said));
    });
    const conversation = this.#converse(link);
    try {
      await link.open();
    } catch {
      throw new PeerError("the peer closed the connection at once");
    }
    const party: Party = {
      name: this.#unused(clientID ?? formatAddress(wire.remote)),
      address: wire.remote,
      direction: "out",
      protection: "unencrypted",
    };
    conversation.announce(party);
    return party;
  }

  async #called(wire: TcpWire): Promise<void> {
    let name: string | undefined;
    const link = new PlainLink(wire, this.#self(wire), (said) => {
      name = said;
      conversation.rename(this.#unused(said));
    });
    const conversation = this.#converse(link);
    await within(
      Promise.race([link.introduced, conversation.ended]),
      INTRODUCTION,
    );
    if (!this.#conversations.has(conversation)) return;
    conversation.announce({
      name: this.#unused(name ?? formatAddress(wire.remote)),
      address: wire.remote,
      direction: "in",
      protection: "unencrypted",
    });
    await conversation.ended;
  }

  /** Who this peer is, to those at the other end of a connection. */
  #self(wire: TcpWire): { clientID: string; address: Address } {
    const address = { host: wire.local.host, port: this.address.port };
    return { clientID: this.clientID, address };
  }

  #converse(link: PlainLink): Conversation {
    const conversation = new Conversation(link, this.#onEvent);
    this.#conversations.add(conversation);
    conversation.ended.then((reason) => {
      this.#conversations.delete(conversation);
      const { party } = conversation;
      if (party) this.#onEvent({ type: "disconnected", party, reason });
    });
    return conversation;
  }

  /** A name that no open conversation has, for one that would be `name`. */
  #unused(name: string): string {
    let unused = name;
    // No client ID holds a tilde, so nobody can choose to be called that.
    for (let n = 2; this.#find(unused) !== undefined; n++) {
      unused = `${name}~${n}`;
    }
    return unused;
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
