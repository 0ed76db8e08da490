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
import type { RegistryClient } from "./registry_client.ts";
import { type LinkEnd, RefusedError, RequestLink } from "./request_link.ts";

/** The codes with which a registry takes no such letter from any client. */
const DEPOSIT_REFUSED: ReadonlySet<number> = new Set([
  CODE.notFound,
  CODE.conflict,
  CODE.tooLarge,
  CODE.mailboxFull,
]);

/** Most pages of a listing: a registry that has more has no end of them. */
const MAX_INFO_PAGES = 1000;

/** What a {@linkcode SecureRegistryClient} is told and tells. */
export interface SecureRegistryOptions {
  /** Where the registry is. */
  readonly address: Address;
  /** Who registers. */
  readonly clientID: string;
  /** Whether to be named to those who ask in plain. */
  readonly plain: boolean;
  /**
   * Connects to the registry.
   *
   * @param signal Calls it off.
   * @throws {KeyChangedError} If it is not the one it was.
   * @throws {PeerError} If it cannot be reached.
   */
  readonly connect: (signal: AbortSignal) => Promise<RequestLink>;
  /** Is told that a registration was lost, and why. */
  readonly onLost: (end: LinkEnd) => void;
  /** Is told that it is back. */
  readonly onBack: () => void;
  /** Is called whenever it is there, for the first time or again. */
  readonly onRegistered: () => void;
  /** Is told that another key answers in its place, each time another one. */
  readonly onKeyChanged: (error: KeyChangedError) => void;
}

/**
 * The registry in the secure mode (PROTOCOL.md, "Methods"). A registration lasts
 * as long as the link that it was made on, so this keeps the link, and comes
 * back by itself when it is lost.
 */
export class SecureRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #options: SecureRegistryOptions;
  readonly #closing = new AbortController();
  #link: RequestLink | undefined;
  #opening: Promise<RequestLink> | undefined;
  #returning: Promise<void> | undefined;
  /** The port that is to be registered, once the person has registered. */
  #port: number | undefined;
  /** The link on which it is. */
  #registeredOn: RequestLink | undefined;

  /** Connects to nothing before it is asked for something. */
  constructor(options: SecureRegistryOptions) {
    this.address = options.address;
    this.#options = options;
  }

  /** A registry that is away is registered with as soon as it is there. */
  async register(port: number): Promise<void> {
    try {
      await this.#sendRegister(await this.#open(), port);
      this.#port = port;
    } catch (error) {
      if (!isLasting(error) && !this.#closing.signal.aborted) {
        this.#port = port;
        this.#returning ??= this.#return();
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
    await this.#returning;
    await this.#opening?.catch(() => {});
    await this.#link?.close();
  }

  async #ask<Request, Reply>(
    exchange: Exchange<Request, Reply>,
    request: Request,
  ): Promise<Reply> {
    const link = await this.#open();
    return await link.ask(exchange, request);
  }

  /** The same, where 404 is an answer and not a refusal. */
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

  /** The link that is open, or a new one, on which what was registered is. */
  async #open(): Promise<RequestLink> {
    if (this.#link !== undefined) return this.#link;
    this.#opening ??= this.#connect().finally(() => this.#opening = undefined);
    return await this.#opening;
  }

  async #connect(): Promise<RequestLink> {
    const { signal } = this.#closing;
    const link = await this.#options.connect(signal);
    try {
      if (signal.aborted) throw new PeerError("this client is leaving");
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
    if (this.#port === undefined || this.#closing.signal.aborted) return;
    if (end.final) this.#port = undefined;
    // Whoever is on the way back has said so.
    if (this.#returning === undefined || end.final) this.#options.onLost(end);
    if (!end.final) this.#returning ??= this.#return();
  }

  /** Tries until it is registered again, is refused, or is closed. */
  async #return(): Promise<void> {
    const { signal } = this.#closing;
    let answering: string | undefined;
    for (const wait of backoff()) {
      await sleep(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted || this.#port === undefined) break;
      try {
        const link = await this.#open();
        if (link !== this.#registeredOn) {
          await this.#sendRegister(link, this.#port);
        }
        // It may have ended again by now.
        if (link !== this.#link) continue;
        this.#options.onBack();
        break;
      } catch (error) {
        if (
          error instanceof KeyChangedError && error.fingerprint !== answering
        ) {
          answering = error.fingerprint;
          this.#options.onKeyChanged(error);
        }
        if (!isLasting(error)) continue;
        this.#port = undefined;
        this.#options.onLost({ reason: error.message, final: true });
        break;
      }
    }
    this.#returning = undefined;
  }
}

/** Whether the registry refuses whoever registers, and will do so again. */
function isLasting(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code < CODE.tooManyRequests;
}
