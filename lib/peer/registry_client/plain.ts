import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import { Channel, FramingError, type Message } from "../../framing/mod.ts";
import { type Address, closeOnAbort, formatAddress } from "../../net/mod.ts";
import {
  type Client,
  type CollectReply,
  decodeError,
  decodePlainBridgeReply,
  decodePlainInfoReply,
  encodePlainBridge,
  encodePlainInfo,
  encodePlainRegister,
  METHOD,
  ProtocolError,
} from "../../protocol/mod.ts";
import { MailboxError, PeerError } from "../errors.ts";
import { dial } from "../reach/mod.ts";
import type { PeerTimings } from "../timings.ts";
import type { RegistryClient } from "./registry_client.ts";

/** Which registry a {@linkcode PlainRegistryClient} asks, and for which client. */
export interface PlainRegistryOptions {
  /** Where the registry is. */
  readonly address: Address;
  /** The client ID of this peer. */
  readonly clientID: string;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/** A request of the plain protocol, and how its reply is read. */
interface PlainRequest<Reply> {
  /** Writes the request; `local` is this end of the connection. */
  readonly encode: (local: Address) => Message;
  /** The method of the reply. */
  readonly replyMethod: string;
  /** Reads the reply. */
  readonly decode: (reply: Message) => Reply;
}

/**
 * The registry in the plain protocol (PROTOCOL.md, "The plain protocol"): one
 * connection for each request, as every registry that speaks it allows.
 */
export class PlainRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #clientID: string;
  readonly #timings: PeerTimings;
  readonly #closing = new AbortController();
  #isRegistered = false;
  #renewing: ReturnType<typeof setInterval> | undefined;

  /** Sends nothing before it is asked for something. */
  constructor({ address, clientID, timings }: PlainRegistryOptions) {
    this.address = address;
    this.#clientID = clientID;
    this.#timings = timings;
  }

  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  async register(port: number): Promise<void> {
    await this.#sendRegister(port);
    if (this.#closing.signal.aborted) return;
    this.#isRegistered = true;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(
      // A registry that is away now may be back at the next renewal.
      () => this.#sendRegister(port).catch(() => {}),
      this.#timings.plainRenewalIntervalMs,
    );
  }

  info(): Promise<Client[]> {
    return this.#ask({
      encode: encodePlainInfo,
      replyMethod: METHOD.infoReply,
      decode: decodePlainInfoReply,
    });
  }

  bridge(target: string | undefined): Promise<Client | undefined> {
    return this.#ask({
      encode: () => encodePlainBridge({ clientID: this.#clientID, target }),
      replyMethod: METHOD.bridgeReply,
      decode: decodePlainBridgeReply,
    });
  }

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
    return Promise.resolve({ sealed: [], last: undefined });
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#isRegistered = false;
    clearInterval(this.#renewing);
    return Promise.resolve();
  }

  /** Registers the address that this machine has on the way to the registry. */
  #sendRegister(port: number): Promise<void> {
    return this.#ask({
      encode: ({ host }) => encodePlainRegister(this.#clientID, { host, port }),
      replyMethod: METHOD.registerReply,
      decode: () => {},
    });
  }

  async #ask<Reply>(request: PlainRequest<Reply>): Promise<Reply> {
    const { requestTimeoutMs } = this.#timings;
    const deadline = performance.now() + requestTimeoutMs;
    const { signal } = this.#closing;
    const wire = await dial(this.address, "the registry", {
      timeoutMs: requestTimeoutMs,
      signal,
    });
    using channel = new Channel(wire);
    try {
      const reply = await closeOnAbort(signal, wire, () =>
        withTimeout(
          exchange(channel, request.encode(wire.local)),
          deadline - performance.now(),
        ));
      if (reply === TIMED_OUT) {
        throw new PeerError(`${this.#where} does not answer`);
      }
      return this.#read(request, reply);
    } catch (error) {
      if (error instanceof PeerError) throw error;
      if (error instanceof FramingError || error instanceof ProtocolError) {
        throw this.#notARegistry();
      }
      throw new PeerError(
        `${this.#where} closed the connection without an answer`,
      );
    }
  }

  #read<Reply>(
    { replyMethod, decode }: PlainRequest<Reply>,
    reply: Message | undefined,
  ): Reply {
    if (reply?.method === replyMethod) return decode(reply);
    const refusal = reply && decodeError(reply);
    if (refusal === undefined) throw this.#notARegistry();
    throw new PeerError(`the registry refuses: ${refusal.reason}`);
  }

  get #where(): string {
    return `the registry at ${formatAddress(this.address)}`;
  }

  #notARegistry(): PeerError {
    const where = formatAddress(this.address);
    return new PeerError(
      `the program at ${where} is not a registry that speaks this protocol`,
    );
  }
}

async function exchange(
  channel: Channel,
  request: Message,
): Promise<Message | undefined> {
  await channel.send(request);
  return await channel.receive();
}
