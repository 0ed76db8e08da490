import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { type Address, formatAddress, type Wire } from "../../net/mod.ts";
import {
  type Client,
  CODE,
  type CollectReply,
  type CollectRequest,
} from "../../protocol/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { NoSecureAnswerError, PeerError, PlainOnlyError } from "../errors.ts";
import { keyChangedEvent, type PeerEvent } from "../events.ts";
import type { Identity } from "../../secure/mod.ts";
import type { PlainRegistries } from "../store/mod.ts";
import type { OwnKeys } from "../trust/mod.ts";
import { type ConnectOptions, connectToRegistry } from "./connect.ts";
import { KnownRegistryError, RefusedError } from "./errors.ts";
import { MailboxClient } from "./mailbox_client.ts";
import { PlainRegistryClient } from "./plain.ts";
import type { RegistryClient } from "./registry_client.ts";
import type { RequestLink } from "./request_link.ts";
import { SecureRegistryClient } from "./secure.ts";

/**
 * How long a registry that has answered in plain, and not yet to HELLO, still has
 * to answer that, in ms: then it does speak the secure mode, and was slow.
 */
const LATE_ANSWER_MS = 150;

/**
 * How long a registry that has not answered HELLO has to answer in plain on a
 * second connection, in ms, before the first one is closed: a registry that
 * serves one connection after the other does not read the second before that.
 */
const SECOND_ANSWER_MS = 1000;

/**
 * How long it has after that, in ms. This is less than it had for HELLO, so that
 * one that speaks the secure mode, and answers everything late, is not taken for
 * plain.
 */
const NEXT_ANSWER_MS = 2500;

/** Which registry a {@linkcode FallbackRegistryClient} asks, and for which client. */
export interface FallbackRegistryOptions
  extends Omit<ConnectOptions, "onConnected" | "ownKeys"> {
  /** The keys of this peer, of whose changes the registry is told. */
  readonly ownKeys: Pick<OwnKeys, "current" | "statementsFor" | "taken">;
  /** The client ID of this peer. */
  readonly clientID: string;
  /** Whether a registry that speaks only the plain protocol is asked in it. */
  readonly plain: boolean;
  /** Whether the registry is known to be one: it is never sent a HELLO. */
  readonly registryPlain: boolean;
  /** Where registries that have turned out to be such are remembered. */
  readonly plainRegistries: PlainRegistries;
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
  readonly #where: string;
  readonly #closing = new AbortController();
  #remote: Address;
  #registry: SecureRegistryClient | PlainRegistryClient;
  /** A connection on which a HELLO has not been answered yet. */
  #unanswered: Wire | undefined;

  /** Sends nothing before it is asked for something. */
  constructor(options: FallbackRegistryOptions) {
    this.address = options.address;
    this.#options = options;
    this.#remote = options.address;
    this.#where = formatAddress(options.address);
    this.#registry = this.#isKnownAsPlain()
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
    this.#keepUnanswered(undefined);
    await this.#registry.close();
  }

  async #ask<T>(
    request: (registry: RegistryClient) => Promise<T>,
  ): Promise<T> {
    this.#checkNotKnown();
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
      if (!this.#mayBePlain(error)) throw error;
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
    const result = await this.#askSecond(request(plain));
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
    this.#remember();
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  /**
   * Waits for the answer to a request in plain, beside a HELLO without one.
   *
   * @returns How the request ended; undefined if HELLO has been answered after
   * all, or nothing was in time.
   */
  async #askSecond<T>(
    asking: Promise<T>,
  ): Promise<PromiseSettledResult<T> | undefined> {
    const asked = Promise.allSettled([asking]);
    await withTimeout(asked, SECOND_ANSWER_MS);
    if (await this.#hasAnsweredLate()) return undefined;
    const settled = await withTimeout(asked, NEXT_ANSWER_MS);
    return settled === TIMED_OUT ? undefined : settled[0];
  }

  async #adopt(plain: PlainRegistryClient): Promise<void> {
    const secure = this.#registry;
    this.#registry = plain;
    await secure.close();
  }

  /** Whether the last HELLO has been answered after all. */
  async #hasAnsweredLate(): Promise<boolean> {
    const wire = this.#unanswered;
    if (wire === undefined) return false;
    const bytes = await withTimeout(
      wire.read().catch(() => undefined),
      LATE_ANSWER_MS,
    );
    this.#keepUnanswered(undefined);
    return bytes !== TIMED_OUT && bytes !== undefined;
  }

  #keepUnanswered(wire: Wire | undefined): void {
    this.#unanswered?.close();
    this.#unanswered = wire;
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
    this.#forget();
    await plain.close();
  }

  /** @throws {KnownRegistryError} If plain was asked for, and its key is known. */
  #checkNotKnown(): void {
    if (this.#options.registryPlain && this.#hasPinnedKey()) {
      throw new KnownRegistryError(this.#where);
    }
  }

  /** Whether an error allows to ask the registry in plain. */
  #mayBePlain(error: unknown): error is PlainOnlyError | NoSecureAnswerError {
    return this.#options.plain &&
      (error instanceof PlainOnlyError || error instanceof NoSecureAnswerError);
  }

  #hasPinnedKey(): boolean {
    return this.#options.knownKeys.keyOf(this.#where) !== undefined;
  }

  #isKnownAsPlain(): boolean {
    const { plain, registryPlain, plainRegistries } = this.#options;
    if (this.#hasPinnedKey()) return false;
    return registryPlain || (plain && plainRegistries.has(this.#where));
  }

  #newPlainClient(): PlainRegistryClient {
    return new PlainRegistryClient({
      ...this.#options,
      onConnected: (remote) => this.#remote = remote,
      signal: this.#closing.signal,
      onReply: () => {
        if (this.#registry.isPlain) this.#remember();
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
      isUndecided: (error) => this.#mayBePlain(error),
    });
  }

  async #connect(signal: AbortSignal): Promise<RequestLink> {
    const options: ConnectOptions = {
      ...this.#options,
      onConnected: (remote) => this.#remote = remote,
    };
    const link = await connectToRegistry(options, signal, (wire) => {
      if (this.#options.plain) this.#keepUnanswered(wire);
      else wire.close();
    });
    this.#forget();
    return link;
  }

  /** Remembers that the registry speaks only the plain protocol. */
  #remember(): void {
    tryToStore(() => this.#options.plainRegistries.add(this.#where));
  }

  /** Forgets that the registry speaks only the plain protocol. */
  #forget(): void {
    tryToStore(() => this.#options.plainRegistries.remove(this.#where));
  }
}

/** Writes to the store, if it can be written: this run works without, too. */
function tryToStore(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}
