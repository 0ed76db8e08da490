import { type Address, AddressError, parseAddress } from "../../net/mod.ts";
import {
  type Candidates,
  type Client,
  isClientID,
} from "../../protocol/mod.ts";
import type { DialTarget } from "./context.ts";
import type { KnownAddresses } from "./known_addresses.ts";
import { invalidClientID, ownClientID, PeerError } from "../errors.ts";
import {
  MAX_LISTED_CLIENTS,
  type RegistryClient,
} from "../registry_client/mod.ts";

/** Before the address of a program that speaks only the plain protocol. */
const PLAIN_SCHEME = "plain://";

/** Finds clients by asking the registry, and remembers which it has named. */
export class Resolver {
  readonly #registry: RegistryClient;
  /** This peer's own client ID. */
  readonly #clientID: string;
  readonly #addresses: KnownAddresses;
  readonly #named = new Set<string>();
  #last: Client | undefined;

  /**
   * The resolver of one client.
   *
   * @param clientID The client ID of this peer.
   * @param addresses Learns where the registry says that clients are.
   */
  constructor(
    registry: RegistryClient,
    clientID: string,
    addresses: KnownAddresses,
  ) {
    this.#registry = registry;
    this.#clientID = clientID;
    this.#addresses = addresses;
  }

  /** The client IDs that the registry has named. */
  get named(): ReadonlySet<string> {
    return this.#named;
  }

  /** The client ID of the client that was bridged last. */
  get last(): string | undefined {
    return this.#last?.clientID;
  }

  /**
   * Asks the registry where a client is, or for any other client.
   *
   * @returns Undefined if there is none.
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async bridge(target?: string): Promise<Client | undefined> {
    if (target !== undefined && !isClientID(target)) {
      throw invalidClientID(target);
    }
    if (target === this.#clientID) throw ownClientID(target);
    const client = await this.#registry.bridge(target);
    if (client === undefined) return undefined;
    this.#last = client;
    this.#remember([client]);
    this.#addresses.named(client);
    return client;
  }

  /**
   * The clients that are registered.
   *
   * @throws {PeerError} If the registry refuses or cannot be asked.
   */
  async list(): Promise<Client[]> {
    const clients = await this.#registry.info();
    this.#remember(clients);
    this.#addresses.listed(clients);
    return clients;
  }

  /** Whether the registry names a key for a client ID; not if it is away. */
  async isClaimed(clientID: string): Promise<boolean> {
    if (!this.#registry.isRegistered) return false;
    try {
      return await this.#registry.lookUp(clientID) !== undefined;
    } catch (error) {
      if (error instanceof PeerError) return false;
      throw error;
    }
  }

  /** Remembers which clients the registry has named, the last ones of many. */
  #remember(clients: readonly Client[]): void {
    for (const { clientID } of clients) {
      this.#named.delete(clientID);
      this.#named.add(clientID);
    }
    for (const clientID of this.#named) {
      if (this.#named.size <= MAX_LISTED_CLIENTS) break;
      this.#named.delete(clientID);
    }
  }

  /**
   * Whether a key may own a client ID: the registry names one, or should know and
   * cannot say so now.
   */
  async mayBeClaimed(clientID: string): Promise<boolean> {
    if (!this.#registry.hasClaims) return false;
    if (!this.#registry.isRegistered) return true;
    try {
      return await this.#registry.lookUp(clientID) !== undefined;
    } catch (error) {
      if (error instanceof PeerError) return true;
      throw error;
    }
  }

  /**
   * Where to dial, and which client to expect there.
   *
   * @param target A client ID, HOST:PORT, or plain://HOST:PORT for a program that
   * speaks only the plain protocol. Default: the client bridged last.
   * @throws {PeerError} If the client is not registered, or the registry
   * refuses or cannot be asked.
   */
  async targetFor(target: string | undefined): Promise<DialTarget> {
    if (target?.startsWith(PLAIN_SCHEME)) {
      const address = readAddress(target.slice(PLAIN_SCHEME.length));
      return { candidates: [{ address }], source: "user", plainOnly: true };
    }
    if (target?.includes(":")) {
      const address = readAddress(target);
      return { candidates: [{ address }], source: "user" };
    }
    if (target === undefined && this.#last === undefined) {
      throw new PeerError(
        "no client has been bridged yet: run /bridge, or give a client ID " +
          "or HOST:PORT",
      );
    }
    const client = target === undefined
      ? this.#last
      : await this.bridge(target);
    if (client === undefined) {
      throw new PeerError(`${target} is not registered`);
    }
    const { clientID: name, candidates, key } = client;
    const source = "registry";
    return key === undefined
      ? { name, candidates, source, plainOnly: true }
      : { name, candidates, source, key, plainOnly: false };
  }

  /**
   * Where to dial a client for which messages wait.
   *
   * @param last Where its last link was dialled, for when the registry cannot
   * say.
   * @throws {PeerError} If it is not online, or speaks only the plain protocol.
   */
  async targetForQueued(
    clientID: string,
    last?: Candidates,
  ): Promise<DialTarget> {
    try {
      const client = await this.#registry.bridge(clientID);
      if (client !== undefined) {
        this.#addresses.named(client);
        const { candidates, key } = client;
        const target = {
          name: clientID,
          candidates,
          source: "registry",
          isAutomatic: true,
        } as const;
        return key === undefined ? target : { ...target, key };
      }
    } catch (error) {
      if (!(error instanceof PeerError) || last === undefined) throw error;
    }
    if (last === undefined) {
      throw new PeerError(`${clientID} is not registered`);
    }
    return {
      name: clientID,
      candidates: last,
      source: "reached",
      isAutomatic: true,
    };
  }
}

function readAddress(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) throw new PeerError(error.message);
    throw error;
  }
}
