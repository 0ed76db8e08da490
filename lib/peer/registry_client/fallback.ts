import { type Address, formatAddress } from "../../net/mod.ts";
import {
  type Client,
  CODE,
  type CollectReply,
  type CollectRequest,
} from "../../protocol/mod.ts";
import { NoSecureAnswerError, PeerError, PlainOnlyError } from "../errors.ts";
import { keyChangedEvent, type PeerEvent } from "../events.ts";
import type { Identity } from "../../secure/mod.ts";
import type { OwnKeys } from "../trust/mod.ts";
import { type ConnectOptions, connectToRegistry } from "./connect.ts";
import { RefusedError } from "./errors.ts";
import { MailboxClient } from "./mailbox_client.ts";
import { PlainRegistryClient } from "./plain.ts";
import { PlainPolicy, type PlainPolicyOptions } from "./plain_policy.ts";
import type { RegistryClient } from "./registry_client.ts";
import type { RequestLink } from "./request_link.ts";
import { SecureRegistryClient } from "./secure.ts";
import { UnansweredHello } from "./unanswered_hello.ts";

/** Which registry a {@linkcode FallbackRegistryClient} asks, and for which client. */
export interface FallbackRegistryOptions
  extends
    Omit<ConnectOptions, "onConnected" | "ownKeys">,
    Omit<PlainPolicyOptions, "knownKeys"> {
  /** The keys of this peer, of whose changes the registry is told. */
  readonly ownKeys: Pick<OwnKeys, "current" | "statementsFor" | "taken">;
  /** The client ID of this peer. */
  readonly clientID: string;
  /** Receives the loss of the registration, and its return. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Is called at each registration, the first and later ones. */
  readonly onRegistered: () => void;
}

/**
 * The registry in the secure mode; or in the plain protocol, if that is allowed,
 * the registry has never shown a key, and it was told or turns out to speak no
 * other. Existing registries may end at a HELLO, so one that has turned out to
 * be plain is remembered, and never sent another.
 */
export class FallbackRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #options: FallbackRegistryOptions;
  readonly #closing = new AbortController();
  #remote: Address;
  #registry: SecureRegistryClient | PlainRegistryClient;
  readonly #policy: PlainPolicy;
  readonly #hello = new UnansweredHello();

  /** Sends nothing before it is asked for something. */
  constructor(options: FallbackRegistryOptions) {
    this.address = options.address;
    this.#options = options;
    this.#remote = options.address;
    this.#policy = new PlainPolicy(options, formatAddress(options.address));
    this.#registry = this.#policy.isPlain
      ? this.#newPlainClient()
      : this.#newSecureClient();
  }

  /** The other end of the last connection; before the first, the address. */
  get remote(): Address {
    return this.#remote;
  }

  get isPlain(): boolean {
    return this.#registry.isPlain;
  }

  get isRegistered(): boolean {
    return this.#registry.isRegistered;
  }

  get hasClaims(): boolean {
    return this.#registry.hasClaims;
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

  collect(request: CollectRequest): Promise<CollectReply> {
    return this.#ask((registry) => registry.collect(request));
  }

  changeOver(): Promise<void> {
    return this.#registry.changeOver();
  }

  /** The mailbox of an identity that this peer had before. */
  mailboxOf(identity: Identity): MailboxClient {
    return new MailboxClient({
      ...this.#options,
      ownKeys: { current: identity },
      onConnected: () => {},
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#hello.close();
    await this.#registry.close();
  }

  async #ask<T>(
    request: (registry: RegistryClient) => Promise<T>,
  ): Promise<T> {
    this.#policy.checkNotKnown();
    const registry = this.#registry;
    try {
      return await request(registry);
    } catch (error) {
      if (this.#closing.signal.aborted) throw error;
      if (registry.isPlain) {
        await this.#reconsider(error);
        throw error;
      }
      // Another request may have found out before that it is plain.
      if (this.#registry.isPlain) return await request(this.#registry);
      if (!this.#policy.mayBePlain(error)) throw error;
      return error instanceof NoSecureAnswerError && !error.isClosed
        ? await this.#askSilent(registry, request, error)
        : await this.#askPlain(request, error);
    }
  }

  /**
   * Repeats in plain a request to a registry that closed the connection at HELLO,
   * or answered it with text. It gets no other HELLO, at which it might end.
   */
  async #askPlain<T>(
    request: (registry: RegistryClient) => Promise<T>,
    cause: PlainOnlyError | NoSecureAnswerError,
  ): Promise<T> {
    const plain = this.#newPlainClient();
    await this.#adopt(plain);
    try {
      return await request(plain);
    } catch (error) {
      await this.#reconsider(error);
      const isAnswered = !(error instanceof PeerError) ||
        error instanceof RefusedError;
      if (isAnswered || cause instanceof PlainOnlyError) throw error;
      throw new NoSecureAnswerError(cause.dialled, true, error.message);
    }
  }

  /**
   * Repeats in plain a request to a registry that has not answered HELLO. Only
   * if it answers in plain, and still not to HELLO, it is not merely slow.
   */
  async #askSilent<T>(
    secure: SecureRegistryClient,
    request: (registry: RegistryClient) => Promise<T>,
    cause: NoSecureAnswerError,
  ): Promise<T> {
    const plain = this.#newPlainClient();
    const result = await this.#hello.askSecond(request(plain));
    const failure = result?.status === "rejected" ? result.reason : undefined;
    const isAnswered = result !== undefined &&
      (failure === undefined || failure instanceof RefusedError);
    if (!isAnswered) {
      await plain.close();
      secure.resume();
      const isBug = failure !== undefined && !(failure instanceof PeerError);
      throw isBug ? failure : cause;
    }
    await this.#adopt(plain);
    this.#policy.remember();
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  async #adopt(plain: PlainRegistryClient): Promise<void> {
    const secure = this.#registry;
    this.#registry = plain;
    await secure.close();
  }

  /**
   * Returns to the secure mode if the registry has refused what only one refuses
   * that knows of keys: it was taken for plain by mistake.
   */
  async #reconsider(error: unknown): Promise<void> {
    const isMistaken = error instanceof RefusedError &&
      error.code === CODE.forbidden && !this.#options.registryPlain;
    if (!isMistaken) return;
    const plain = this.#registry;
    this.#registry = this.#newSecureClient();
    this.#policy.forget();
    await plain.close();
  }

  #newPlainClient(): PlainRegistryClient {
    return new PlainRegistryClient({
      ...this.#options,
      onConnected: (remote) => this.#remote = remote,
      signal: this.#closing.signal,
      onReply: () => {
        if (this.#registry.isPlain) this.#policy.remember();
      },
    });
  }

  #newSecureClient(): SecureRegistryClient {
    const { address, onEvent } = this.#options;
    return new SecureRegistryClient({
      ...this.#options,
      connect: (signal) => this.#connect(signal),
      onLost: ({ reason, final }) =>
        onEvent({ type: "registryLost", registry: address, reason, final }),
      onBack: () => onEvent({ type: "registryBack", registry: address }),
      onKeyChanged: (error) => onEvent(keyChangedEvent(error, "out")),
      isUndecided: (error) => this.#policy.mayBePlain(error),
    });
  }

  async #connect(signal: AbortSignal): Promise<RequestLink> {
    const options: ConnectOptions = {
      ...this.#options,
      onConnected: (remote) => this.#remote = remote,
    };
    const link = await connectToRegistry(options, signal, (wire) => {
      if (this.#options.plain) this.#hello.keep(wire);
      else wire.close();
    });
    this.#policy.forget();
    return link;
  }
}
