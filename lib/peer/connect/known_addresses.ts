import { type Address, formatAddress } from "../../net/mod.ts";
import type { Client } from "../../protocol/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import type { MetAddresses } from "../store/mod.ts";

/** Most addresses of one kind that are remembered; the oldest are forgotten. */
const MAX_ADDRESSES = 10_000;

/** An IPv4 address as an IPv6 socket has it (RFC 4291, section 2.5.5.2). */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/**
 * What is known of addresses: where clients with keys have been met or are said
 * to be, which are never talked to in plain, and where programs have turned out
 * to speak only the plain protocol.
 */
export class KnownAddresses {
  readonly #store: MetAddresses;
  /** The clients that proved a key there, by address. */
  readonly #met = new Map<string, string>();
  /** The clients to which the registry gives a key, by address. */
  #named = new Map<string, string>();
  readonly #plain = new Set<string>();

  /** Knows the addresses in the store. */
  constructor(store: MetAddresses) {
    this.#store = store;
    for (const { name, address } of store.all()) this.#met.set(address, name);
  }

  /** The client with a key that is at an address, so far as is known. */
  clientAt(address: Address): string | undefined {
    const key = keyOf(address);
    return this.#met.get(key) ?? this.#named.get(key);
  }

  /** Whether a program there speaks only the plain protocol. */
  isPlain(address: Address): boolean {
    return this.#plain.has(keyOf(address)) &&
      this.clientAt(address) === undefined;
  }

  /** Notes that a program there speaks only the plain protocol. */
  addPlain(address: Address): void {
    this.#plain.add(keyOf(address));
    dropOldest(this.#plain);
  }

  /**
   * Notes that a client has proved its key.
   *
   * @param dialled The address as it was dialled, which may have a host name.
   * @param remote The other end of the connection.
   */
  met(clientID: string, dialled: Address, remote: Address): void {
    for (const key of [keyOf(dialled), keyOf(remote)]) {
      this.#met.delete(key);
      this.#met.set(key, clientID);
    }
    dropOldest(this.#met);
    this.#keep(clientID, keyOf(remote));
  }

  /** Forgets where a client has been met, and where it is said to be. */
  forget(clientID: string): void {
    this.#store.remove(clientID);
    for (const addresses of [this.#met, this.#named]) {
      for (const [key, name] of addresses) {
        if (name === clientID) addresses.delete(key);
      }
    }
  }

  /** Notes where the registry says that a client is. */
  named(client: Client): void {
    addNamed(this.#named, client);
  }

  /** Notes all that the registry says, in place of what it said before. */
  listed(clients: readonly Client[]): void {
    this.#named = new Map();
    for (const client of clients) addNamed(this.#named, client);
  }

  #keep(name: string, address: string): void {
    try {
      this.#store.put({ name, address });
    } catch (error) {
      // It is known until the program ends.
      if (!(error instanceof StorageError)) throw error;
    }
  }
}

function addNamed(
  named: Map<string, string>,
  { clientID, candidates, key }: Client,
): void {
  for (const { address } of candidates) {
    const at = keyOf(address);
    named.delete(at);
    if (key !== undefined) named.set(at, clientID);
  }
  dropOldest(named);
}

/** Removes the oldest entries of a map or set that has become too large. */
function dropOldest(
  entries: Map<string, string> | Set<string>,
): void {
  for (const key of entries.keys()) {
    if (entries.size <= MAX_ADDRESSES) return;
    entries.delete(key);
  }
}

/** An address as HOST:PORT, the same for each way to write its host. */
function keyOf({ host, port }: Address): string {
  const plain = host.toLowerCase().replace(MAPPED_IPV4, "");
  return formatAddress({ host: plain, port });
}
