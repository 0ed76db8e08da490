import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../net/mod.ts";
import {
  BRIDGE,
  type Client,
  CODE,
  COLLECT,
  type CollectReply,
  DEPOSIT,
  type Exchange,
  INFO,
  LOOKUP,
  MAX_INFO_PAGE,
  REGISTER,
} from "../../protocol/mod.ts";
import { backoff } from "../../async/mod.ts";
import {
  KeyChangedError,
  MailboxError,
  PeerError,
  protocolViolation,
} from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import type { RegistryClient } from "./registry_client.ts";
import { RefusedError } from "./errors.ts";
import type { LinkEnd, RequestLink } from "./request_link.ts";

/** The codes with which a registry takes no such letter from any client. */
const DEPOSIT_REFUSED: ReadonlySet<number> = new Set([
  CODE.notFound,
  CODE.conflict,
  CODE.tooLarge,
  CODE.mailboxFull,
]);

/** Most pages of a listing: a registry that has more has no end of them. */
const MAX_INFO_PAGES = 1000;

/** How a {@linkcode SecureRegistryClient} connects, and what it reports. */
export interface SecureRegistryOptions {
  /** Where the registry is. */
  readonly address: Address;
  /** The client ID to register. */
  readonly clientID: string;
  /** Whether the client may be named to clients that ask in plain. */
  readonly plain: boolean;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
  /**
   * Connects to the registry.
   *
   * @param signal Cancels the attempt.
   * @throws {KeyChangedError} If the registry's key is not the pinned one.
   * @throws {PeerError} If it cannot be reached.
   */
  readonly connect: (signal: AbortSignal) => Promise<RequestLink>;
  /** Is called when the registration is lost, with the reason. */
  readonly onLost: (end: LinkEnd) => void;
  /** Is called when the registration is back. */
  readonly onBack: () => void;
  /** Is called at each registration, the first and later ones. */
  readonly onRegistered: () => void;
  /** Is called when the registry shows a key that is not the pinned one, once a key. */
  readonly onKeyChanged: (error: KeyChangedError) => void;
}

/**
 * The registry in the secure mode (PROTOCOL.md, "Methods"). A registration lasts
 * as long as the link that it was made on; so this client keeps the link, and
 * connects and registers again when it is lost.
 */
export class SecureRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #options: SecureRegistryOptions;
  readonly #closing = new AbortController();
  #link: RequestLink | undefined;
  #opening: Promise<RequestLink> | undefined;
  #reconnecting: Promise<void> | undefined;
  /** The port to register on each new link, if any. */
  #port: number | undefined;
  /** The link of the last registration; undefined if it has ended for good. */
  #registeredOn: RequestLink | undefined;

  /** Connects to nothing before it is asked for something. */
  constructor(options: SecureRegistryOptions) {
    this.address = options.address;
    this.#options = options;
  }

  get isRegistered(): boolean {
    return this.#registeredOn !== undefined;
  }

  /** If the registry is away, the client registers as soon as it is back. */
  async register(port: number): Promise<void> {
    try {
      const link = await this.#open();
      await this.#sendRegister(link, port);
      this.#port = port;
      // The link may have ended before its reply was taken.
      if (link !== this.#link) this.#onRegistrationLost(await link.ended);
    } catch (error) {
      if (!isFinal(error) && !this.#closing.signal.aborted) {
        this.#port = port;
        this.#reconnecting ??= this.#reconnect();
      }
      throw error;
    }
  }

  async info(): Promise<Client[]> {
    const clients: Client[] = [];
    let after: string | undefined;
    for (let page = 0; page < MAX_INFO_PAGES; page++) {
      const request = { prefix: "", limit: MAX_INFO_PAGE, after };
      const reply = await this.#ask(INFO, request);
      clients.push(...reply.clients);
      after = reply.after;
      if (after === undefined) return clients;
    }
    throw new PeerError("the registry's list of clients does not end");
  }

  async bridge(target: string | undefined): Promise<Client | undefined> {
    const client = await this.#find(BRIDGE, { target });
    if (target !== undefined && client && client.clientID !== target) {
      throw protocolViolation("the registry", "it names another client");
    }
    return client;
  }

  async lookUp(clientID: string): Promise<string | undefined> {
    return (await this.#find(LOOKUP, { target: clientID }))?.key;
  }

  async deposit(
    clientID: string,
    key: string,
    sealed: Uint8Array,
  ): Promise<void> {
    try {
      await this.#ask(DEPOSIT, { target: clientID, key, sealed });
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (!DEPOSIT_REFUSED.has(error.code)) throw error;
      throw new MailboxError(error.message);
    }
  }

  async collect(done?: number): Promise<CollectReply> {
    return await this.#ask(COLLECT, { done });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#port = undefined;
    await this.#reconnecting;
    await this.#opening?.catch(() => {});
    await this.#link?.close();
    this.#registeredOn = undefined;
  }

  async #ask<Request, Reply>(
    exchange: Exchange<Request, Reply>,
    request: Request,
  ): Promise<Reply> {
    const link = await this.#open();
    return await link.ask(exchange, request);
  }

  /** The same, where 404 means that there is no such client. */
  async #find<Request, Reply>(
    exchange: Exchange<Request, Reply>,
    request: Request,
  ): Promise<Reply | undefined> {
    try {
      return await this.#ask(exchange, request);
    } catch (error) {
      if (error instanceof RefusedError && error.code === CODE.notFound) {
        return undefined;
      }
      throw error;
    }
  }

  /** The open link, or a new one, on which the client has registered again. */
  async #open(): Promise<RequestLink> {
    if (this.#link !== undefined) return this.#link;
    this.#opening ??= this.#connect().finally(() => this.#opening = undefined);
    return await this.#opening;
  }

  async #connect(): Promise<RequestLink> {
    const { signal } = this.#closing;
    const link = await this.#options.connect(signal);
    try {
      if (signal.aborted) throw new PeerError("this client is closing");
      if (this.#port !== undefined) await this.#sendRegister(link, this.#port);
    } catch (error) {
      await link.close();
      throw error;
    }
    this.#link = link;
    link.ended.then((end) => this.#onEnd(end));
    return link;
  }

  async #sendRegister(link: RequestLink, port: number): Promise<void> {
    const { clientID, plain } = this.#options;
    await link.ask(REGISTER, { clientID, port, plain });
    this.#registeredOn = link;
    this.#options.onRegistered();
  }

  #onEnd(end: LinkEnd): void {
    this.#link = undefined;
    this.#onRegistrationLost(end);
  }

  #onRegistrationLost(end: LinkEnd): void {
    if (this.#port === undefined || this.#closing.signal.aborted) return;
    if (end.final) this.#dismiss(end);
    else if (this.#reconnecting === undefined) {
      this.#options.onLost(end);
      this.#reconnecting = this.#reconnect();
    }
  }

  /** Gives the registration up: the registry does not want this client back. */
  #dismiss(end: LinkEnd): void {
    this.#port = undefined;
    this.#registeredOn = undefined;
    this.#options.onLost(end);
  }

  /** Tries until the client is registered, dismissed or closed. */
  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    let reportedKey: string | undefined;
    const { backoffMinMs, backoffMaxMs } = this.#options.timings;
    const delays = backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs });
    for (const waitMs of delays) {
      await sleep(waitMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || this.#port === undefined) break;
      try {
        const link = await this.#open();
        if (link !== this.#registeredOn) {
          await this.#sendRegister(link, this.#port);
        }
        // The link may have ended again.
        if (link !== this.#link) continue;
        this.#options.onBack();
        break;
      } catch (error) {
        if (
          error instanceof KeyChangedError && error.fingerprint !== reportedKey
        ) {
          reportedKey = error.fingerprint;
          this.#options.onKeyChanged(error);
        }
        if (!isFinal(error)) continue;
        this.#dismiss({ reason: error.message, final: true });
        break;
      }
    }
    this.#reconnecting = undefined;
  }
}

/** Whether the registry refuses the client, and will refuse it again. */
function isFinal(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code < CODE.tooManyRequests;
}
