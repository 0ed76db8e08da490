import { dial, HELLO_TIMEOUT_MS } from "../reach/mod.ts";
import { type Address, formatAddress } from "../../net/mod.ts";
import type { Client, CollectReply } from "../../protocol/mod.ts";
import { type Identity, secureConnect } from "../../secure/mod.ts";
import type { KnownKeys } from "../trust/mod.ts";
import { PlainOnlyError } from "../errors.ts";
import type { PeerEvent } from "../events.ts";
import { whyNotSecure } from "../trust/mod.ts";
import { PlainRegistryClient } from "./plain.ts";
import type { RegistryClient } from "./registry_client.ts";
import { RequestLink } from "./request_link.ts";
import { SecureRegistryClient } from "./secure.ts";

/** What an {@linkcode FallbackRegistryClient} is asked with. */
export interface FallbackRegistryOptions {
  /** Where the registry is. */
  readonly address: Address;
  /** Who asks. */
  readonly clientID: string;
  /** The identity of this peer. */
  readonly identity: Identity;
  /** Whether a registry that only speaks plain is asked in plain. */
  readonly plain: boolean;
  /** Checks and pins the registry's key. */
  readonly knownKeys: KnownKeys;
  /** Receives the loss of the registration, and its return. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Is called whenever this peer is registered, for the first time or again. */
  readonly onRegistered: () => void;
  /** Is called when a letter waits for this peer. */
  readonly onMail: () => void;
}

/**
 * The registry in the secure mode; or in plain, from when it turns out to speak
 * nothing else, if that is allowed and it has never shown a key.
 */
export class FallbackRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #options: FallbackRegistryOptions;
  readonly #closing = new AbortController();
  #registry: RegistryClient;

  /** Asks nothing before it is asked. */
  constructor(options: FallbackRegistryOptions) {
    const { address, clientID, plain } = options;
    const { onEvent, onRegistered } = options;
    this.address = address;
    this.#options = options;
    this.#registry = new SecureRegistryClient({
      address,
      clientID,
      plain,
      connect: (signal) => connect(options, signal),
      onLost: ({ reason, final }) =>
        onEvent({ type: "registryLost", registry: address, reason, final }),
      onBack: () => onEvent({ type: "registryBack", registry: address }),
      onRegistered,
      onKeyChanged: ({ who: name, fingerprint, message: reason }) =>
        onEvent({ type: "keyChanged", name, fingerprint, reason }),
    });
  }

  get isRegistered(): boolean {
    return this.#registry.isRegistered;
  }

  register(port: number): Promise<void> {
    return this.#ask((registry) => registry.register(port));
  }

  info(): Promise<Client[]> {
    return this.#ask((registry) => registry.info());
  }

  bridge(target: string | undefined): Promise<Client | undefined> {
    return this.#ask((registry) => registry.bridge(target));
  }

  lookUp(clientID: string): Promise<string | undefined> {
    return this.#ask((registry) => registry.lookUp(clientID));
  }

  deposit(clientID: string, key: string, sealed: Uint8Array): Promise<void> {
    return this.#ask((registry) => registry.deposit(clientID, key, sealed));
  }

  collect(done?: number): Promise<CollectReply> {
    return this.#ask((registry) => registry.collect(done));
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#registry.close();
  }

  async #ask<T>(question: (registry: RegistryClient) => Promise<T>) {
    try {
      return await question(this.#registry);
    } catch (error) {
      const { address, clientID, plain } = this.#options;
      // Who has a key never gives a PlainOnlyError.
      const mayBePlain = plain && !this.#closing.signal.aborted;
      if (!(error instanceof PlainOnlyError) || !mayBePlain) throw error;
      // Somebody else who asked may have found it out before.
      if (!(this.#registry instanceof PlainRegistryClient)) {
        const secure = this.#registry;
        this.#registry = new PlainRegistryClient(address, clientID);
        await secure.close();
      }
      return await question(this.#registry);
    }
  }
}

/** Connects to a registry, which must have the key that it had before. */
async function connect(
  { address, identity, knownKeys, onMail }: FallbackRegistryOptions,
  signal: AbortSignal,
): Promise<RequestLink> {
  const wire = await dial(address, "the registry", signal);
  const where = formatAddress(address);
  try {
    return new RequestLink(
      await secureConnect(wire, identity, {
        timeout: HELLO_TIMEOUT_MS,
        signal,
        verify: (key) => knownKeys.pinOrCheck(where, key.toBase64()),
      }),
      onMail,
    );
  } catch (error) {
    const isKnown = knownKeys.keyOf(where) !== undefined;
    throw whyNotSecure(error, `the registry at ${where}`, isKnown);
  }
}
