import type { Address } from "../../net/mod.ts";
import {
  BRIDGE,
  type Client,
  CODE,
  COLLECT,
  type CollectReply,
  type CollectRequest,
  DEPOSIT,
  type Exchange,
  INFO,
  LOOKUP,
  MAX_INFO_PAGE_CLIENTS,
} from "../../protocol/mod.ts";
import { MailboxError, protocolViolation } from "../errors.ts";
import { RefusedError } from "./errors.ts";
import { Listing } from "./listing.ts";
import { Registration, type RegistrationOptions } from "./registration.ts";
import type { RegistryClient } from "./registry_client.ts";

/** The codes with which a registry takes no such letter from any client. */
const DEPOSIT_REFUSED: ReadonlySet<number> = new Set([
  CODE.notFound,
  CODE.conflict,
  CODE.tooLarge,
  CODE.mailboxFull,
]);

/** Where a {@linkcode SecureRegistryClient} is registered, and as whom. */
export interface SecureRegistryOptions extends RegistrationOptions {
  /** Where the registry is. */
  readonly address: Address;
}

/** The registry in the secure mode (PROTOCOL.md, "Methods"). */
export class SecureRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly isPlain = false;
  readonly #registration: Registration;
  readonly #options: SecureRegistryOptions;

  /** Connects to nothing before it is asked for something. */
  constructor(options: SecureRegistryOptions) {
    this.address = options.address;
    this.#options = options;
    this.#registration = new Registration(options);
  }

  get isRegistered(): boolean {
    return this.#registration.isActive;
  }

  get hasClaims(): boolean {
    return this.#registration.isRequested;
  }

  register(port: number): Promise<void> {
    return this.#registration.register(port);
  }

  changeOver(): Promise<void> {
    return this.#registration.changeOver();
  }

  /** Goes on trying to register, if that was asked for and failed. */
  resume(): void {
    this.#registration.resume();
  }

  async info(): Promise<Client[]> {
    const timeoutMs = this.#options.timings.listTimeoutMs;
    const listing = new Listing({ timeoutMs, now: performance.now() });
    let after: string | undefined;
    do {
      const request = { prefix: "", limit: MAX_INFO_PAGE_CLIENTS, after };
      const reply = await this.#ask(INFO, request);
      after = listing.add(reply, performance.now());
    } while (after !== undefined);
    return listing.clients;
  }

  async bridge(target: string | undefined): Promise<Client | undefined> {
    const client = await this.#find(BRIDGE, { target });
    if (target !== undefined && client && client.clientID !== target) {
      throw protocolViolation("the registry", "it names another client");
    }
    return client;
  }

  async lookUp(clientID: string): Promise<string | undefined> {
    const found = await this.#find(LOOKUP, { target: clientID });
    // It names an ID in the spelling in which it was claimed.
    const named = found?.clientID ?? clientID;
    if (named.toLowerCase() !== clientID.toLowerCase()) {
      throw protocolViolation("the registry", "it names another client");
    }
    return found?.key;
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

  async collect(request: CollectRequest): Promise<CollectReply> {
    const letters = await this.#ask(COLLECT, request);
    if ((letters[0]?.number ?? Infinity) > request.after) return letters;
    throw protocolViolation("the registry", "it repeats a letter");
  }

  close(): Promise<void> {
    return this.#registration.close();
  }

  async #ask<Request, Reply>(
    exchange: Exchange<Request, Reply>,
    request: Request,
  ): Promise<Reply> {
    const link = await this.#registration.open();
    return await link.ask(exchange, request);
  }

  /** Sends a request for a client; undefined if the registry answers 404. */
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
}
