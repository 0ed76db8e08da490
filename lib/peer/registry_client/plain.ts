import { dial, DIAL_TIMEOUT_MS } from "../reach/mod.ts";
import { type Address, formatAddress } from "../../net/mod.ts";
import { Channel, FramingError, type Message } from "../../framing/mod.ts";
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
  PLAIN_LEASE_S,
  ProtocolError,
} from "../../protocol/mod.ts";
import { MailboxError, PeerError } from "../errors.ts";
import type { RegistryClient } from "./registry_client.ts";

/** How often a registration is renewed, in ms: three times while it lasts. */
const RENEW_INTERVAL_MS = PLAIN_LEASE_S * 1000 / 3;

/**
 * The registry as a peer sees it through the plain protocol (PROTOCOL.md, "The
 * plain protocol"): a connection for each request, as every registry that
 * speaks it allows.
 */
export class PlainRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #clientID: string;
  readonly #closing = new AbortController();
  #isRegistered = false;
  #renewing: ReturnType<typeof setInterval> | undefined;

  /** Asks the registry at an address on behalf of a client ID. */
  constructor(address: Address, clientID: string) {
    this.address = address;
    this.#clientID = clientID;
  }

  get isRegistered(): boolean {
    return this.#isRegistered;
  }

  async register(port: number): Promise<void> {
    await this.#register(port);
    if (this.#closing.signal.aborted) return;
    this.#isRegistered = true;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(
      // A registry that is gone by then may be back the next time.
      () => this.#register(port).catch(() => {}),
      RENEW_INTERVAL_MS,
    );
  }

  /** Tells the address that this machine has on the way to the registry. */
  async #register(port: number): Promise<void> {
    await this.#ask(
      ({ host }) => encodePlainRegister(this.#clientID, { host, port }),
      METHOD.registerReply,
    );
  }

  async info(): Promise<Client[]> {
    const reply = await this.#ask(encodePlainInfo, METHOD.infoReply);
    return this.#decode(() => decodePlainInfoReply(reply));
  }

  async bridge(target: string | undefined): Promise<Client | undefined> {
    const clientID = this.#clientID;
    const reply = await this.#ask(
      () => encodePlainBridge({ clientID, target }),
      METHOD.bridgeReply,
    );
    return this.#decode(() => decodePlainBridgeReply(reply));
  }

  /** In plain nobody has a key. */
  lookUp(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  deposit(): Promise<never> {
    return Promise.reject(
      new MailboxError("a registry that only speaks plain keeps no messages"),
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

  async #ask(
    request: (self: Address) => Message,
    expected: string,
  ): Promise<Message> {
    const asked = performance.now();
    const { signal } = this.#closing;
    const wire = await dial(this.address, "the registry", signal);
    using channel = new Channel(wire);
    const callOff = () => channel.close();
    signal.addEventListener("abort", callOff);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      channel.close();
    }, DIAL_TIMEOUT_MS - (performance.now() - asked));
    try {
      await channel.send(request(wire.local));
      const reply = await channel.receive();
      if (reply?.method === expected) return reply;
      const refusal = reply && decodeError(reply);
      if (refusal === undefined) throw this.#notARegistry();
      throw new PeerError(`the registry refuses: ${refusal.reason}`);
    } catch (error) {
      if (error instanceof PeerError) throw error;
      if (error instanceof FramingError) throw this.#notARegistry();
      throw new PeerError(
        late
          ? `${this.#where} does not answer`
          : `${this.#where} closed the connection without an answer`,
      );
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", callOff);
    }
  }

  get #where(): string {
    return `the registry at ${formatAddress(this.address)}`;
  }

  #decode<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (error instanceof ProtocolError) throw this.#notARegistry();
      throw error;
    }
  }

  #notARegistry(): PeerError {
    return new PeerError(
      `what answers at ${
        formatAddress(this.address)
      } is not a registry of this protocol`,
    );
  }
}
