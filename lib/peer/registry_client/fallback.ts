import { type Address, formatAddress } from "../../net/mod.ts";
import type { Client, CollectReply } from "../../protocol/mod.ts";
import { type Identity, secureConnect } from "../../secure/mod.ts";
import { PlainOnlyError } from "../errors.ts";
import { keyChangedEvent, type PeerEvent } from "../events.ts";
import { dial } from "../reach/mod.ts";
import type { PeerTimings } from "../timings.ts";
import { type KnownKeys, toConnectError } from "../trust/mod.ts";
import { PlainRegistryClient } from "./plain.ts";
import type { RegistryClient } from "./registry_client.ts";
import { RequestLink } from "./request_link.ts";
import { SecureRegistryClient } from "./secure.ts";

/** Which registry a {@linkcode FallbackRegistryClient} asks, and for which client. */
export interface FallbackRegistryOptions {
  /** Where the registry is. */
  readonly address: Address;
  /** The client ID of this peer. */
  readonly clientID: string;
  /** The identity of this peer. */
  readonly identity: Identity;
  /** Whether a registry that speaks only the plain protocol is asked in it. */
  readonly plain: boolean;
  /** Checks and pins the registry's key. */
  readonly knownKeys: KnownKeys;
  /** Receives the loss of the registration, and its return. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Is called at each registration, the first and later ones. */
  readonly onRegistered: () => void;
  /** Is called when a letter waits for this peer. */
  readonly onMail: () => void;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/**
 * The registry in the secure mode; or in the plain protocol, once it turns out
 * to speak no other, if that is allowed and it has never shown a key.
 */
export class FallbackRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #options: FallbackRegistryOptions;
  readonly #closing = new AbortController();
  #registry: RegistryClient;

  /** Sends nothing before it is asked for something. */
  constructor(options: FallbackRegistryOptions) {
    const { address, clientID, plain, timings } = options;
    const { onEvent, onRegistered } = options;
    this.address = address;
    this.#options = options;
    this.#registry = new SecureRegistryClient({
      address,
      clientID,
      plain,
      timings,
      connect: (signal) => connect(options, signal),
      onLost: ({ reason, final }) =>
        onEvent({ type: "registryLost", registry: address, reason, final }),
      onBack: () => onEvent({ type: "registryBack", registry: address }),
      onRegistered,
      onKeyChanged: (error) => onEvent(keyChangedEvent(error)),
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

  async #ask<T>(
    request: (registry: RegistryClient) => Promise<T>,
  ): Promise<T> {
    try {
      return await request(this.#registry);
    } catch (error) {
      const mayBePlain = this.#options.plain && !this.#closing.signal.aborted;
      // A registry whose key is known gives a DowngradeError instead.
      if (!(error instanceof PlainOnlyError) || !mayBePlain) throw error;
      // Another request may have found it out before.
      if (!(this.#registry instanceof PlainRegistryClient)) {
        const secure = this.#registry;
        this.#registry = new PlainRegistryClient(this.#options);
        await secure.close();
      }
      return await request(this.#registry);
    }
  }
}

/** Connects to a registry, which must have its pinned key. */
async function connect(
  options: FallbackRegistryOptions,
  signal: AbortSignal,
): Promise<RequestLink> {
  const { address, identity, knownKeys, timings } = options;
  const { dialTimeoutMs, helloTimeoutMs } = timings;
  const wire = await dial(address, "the registry", {
    timeoutMs: dialTimeoutMs,
    signal,
  });
  const where = formatAddress(address);
  try {
    const secure = await secureConnect(wire, identity, {
      timeoutMs: helloTimeoutMs,
      signal,
      verify: (key) => knownKeys.pinOrCheck(where, key.toBase64()),
    });
    return new RequestLink(secure, options);
  } catch (error) {
    const isKnown = knownKeys.keyOf(where) !== undefined;
    throw toConnectError(error, `the registry at ${where}`, isKnown);
  }
}
