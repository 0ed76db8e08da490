import { backoff, MONOTONIC_CLOCK } from "../../async/mod.ts";
import type { Address } from "../../net/mod.ts";
import {
  type Client,
  CODE,
  type CollectReply,
  decodePlainBridgeReply,
  decodePlainInfoReply,
  encodePlainBridge,
  encodePlainInfo,
  encodePlainRegister,
  METHOD,
} from "../../protocol/mod.ts";
import { MailboxError, PeerError } from "../errors.ts";
import type { PeerEvent } from "../events.ts";
import type { PeerTimings } from "../timings.ts";
import {
  NoPlainReplyError,
  NotARegistryError,
  OtherClientError,
  RefusedError,
} from "./errors.ts";
import { askPlain, type PlainRequest } from "./plain_request.ts";
import type { RegistryClient } from "./registry_client.ts";

/** Which registry a {@linkcode PlainRegistryClient} asks, and for which client. */
export interface PlainRegistryOptions {
  /** Where the registry is. */
  readonly address: Address;
  /** The client ID of this peer. */
  readonly clientID: string;
  /** Receives the end of the registration, and its return. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Is told the other end of each connection. */
  readonly onConnected: (remote: Address) => void;
  /** Is called at each reply that is no refusal. */
  readonly onReply: () => void;
  /** Gives up what is under way, as closing does. */
  readonly signal: AbortSignal;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/**
 * The registry in the plain protocol (PROTOCOL.md, "The plain protocol"): one
 * connection for each request, as every registry that speaks it allows.
 */
export class PlainRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly isPlain = true;
  readonly hasClaims = false;
  readonly #options: PlainRegistryOptions;
  readonly #closing = new AbortController();
  /** Aborts when the client closes. */
  readonly #signal: AbortSignal;
  #isRegistered = false;
  /** What keeps the client registered, and what ends that. */
  #renewing:
    | { readonly ended: Promise<void>; readonly stop: () => void }
    | undefined;

  /** Sends nothing before it is asked for something. */
  constructor(options: PlainRegistryOptions) {
    this.address = options.address;
    this.#options = options;
    this.#signal = AbortSignal.any([this.#closing.signal, options.signal]);
  }

  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  async register(port: number): Promise<void> {
    this.#renewing?.stop();
    try {
      await this.#sendRegister(port);
      this.#isRegistered = !this.#signal.aborted;
    } catch (error) {
      if (!isAway(error)) throw error;
      this.#keepRegistered(port);
      throw error;
    }
    this.#keepRegistered(port);
  }

  async info(): Promise<Client[]> {
    try {
      return await this.#ask({
        method: METHOD.info,
        encode: encodePlainInfo,
        replyMethod: METHOD.infoReply,
        isList: true,
        decode: decodePlainInfoReply,
      });
    } catch (error) {
      if (!mayNotKnowMethod(error)) throw error;
      throw new PeerError(`${error.message}; this registry may not know INFO`);
    }
  }

  async bridge(target: string | undefined): Promise<Client | undefined> {
    const { clientID } = this.#options;
    const client = await this.#ask({
      method: METHOD.bridge,
      encode: () => encodePlainBridge({ clientID, target }),
      replyMethod: METHOD.bridgeReply,
      decode: decodePlainBridgeReply,
    });
    if (target !== undefined && client && client.clientID !== target) {
      throw new OtherClientError(client.clientID);
    }
    return client;
  }

  /** The plain protocol has no keys. */
  async changeOver(): Promise<void> {}

  /** The plain protocol has no keys. */
  lookUp(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  deposit(): Promise<never> {
    return Promise.reject(
      new MailboxError(
        "a registry that speaks only the plain protocol has no mailbox",
      ),
    );
  }

  collect(): Promise<CollectReply> {
    return Promise.resolve([]);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#isRegistered = false;
    await this.#renewing?.ended;
  }

  /** Registers the address that this machine has on the way to the registry. */
  #sendRegister(port: number): Promise<void> {
    const { clientID } = this.#options;
    return this.#ask({
      method: METHOD.register,
      encode: ({ host }) => encodePlainRegister(clientID, { host, port }),
      replyMethod: METHOD.registerReply,
      decode: () => {},
    });
  }

  /** Renews the registration, or tries to make it, from now on. */
  #keepRegistered(port: number): void {
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, this.#signal]);
    const ended = this.#renew(port, signal);
    this.#renewing = { ended, stop: () => stopping.abort() };
  }

  async #renew(port: number, signal: AbortSignal): Promise<void> {
    const { address: registry, onEvent, timings } = this.#options;
    const { backoffMinMs: minMs, backoffMaxMs: maxMs } = timings;
    let waits = backoff({ minMs, maxMs });
    let isAtRegistry = this.#isRegistered;
    for (;;) {
      const waitMs = isAtRegistry
        ? timings.plainRenewalIntervalMs
        : waits.next().value;
      await MONOTONIC_CLOCK.sleep(waitMs, signal);
      if (signal.aborted) return;
      try {
        await this.#sendRegister(port);
        if (signal.aborted) return;
        if (!this.#isRegistered) onEvent({ type: "registryBack", registry });
        this.#isRegistered = true;
        isAtRegistry = true;
        waits = backoff({ minMs, maxMs });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof PeerError)) throw error;
        isAtRegistry = false;
        if (isAway(error)) continue;
        this.#isRegistered = false;
        const reason = error.message;
        onEvent({ type: "registryLost", registry, reason, final: true });
        return;
      }
    }
  }

  async #ask<Reply>(request: PlainRequest<Reply>): Promise<Reply> {
    const reply = await askPlain(this.address, request, {
      timeoutMs: this.#options.timings.requestTimeoutMs,
      onConnected: this.#options.onConnected,
      signal: this.#signal,
    });
    this.#options.onReply();
    return reply;
  }
}

/** Whether the same request may succeed later. */
function isAway(error: unknown): boolean {
  return error instanceof PeerError && !(error instanceof RefusedError) &&
    !(error instanceof NotARegistryError);
}

/** Whether a registry failed as one may that does not know the method. */
function mayNotKnowMethod(error: unknown): error is PeerError {
  if (error instanceof RefusedError) {
    return error.code === CODE.badRequest || Number.isNaN(error.code);
  }
  return error instanceof NoPlainReplyError ||
    error instanceof NotARegistryError;
}
