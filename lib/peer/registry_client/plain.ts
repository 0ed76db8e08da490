import { dial, DIAL_TIMEOUT_MS } from "../reach/mod.ts";
import {
  type Address,
  formatAddress,
  parseAddress,
  parsePort,
} from "../../net/mod.ts";
import { Channel, FramingError, Message } from "../../framing/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import { MailboxError, PeerError } from "../errors.ts";
import type { Client } from "../events.ts";
import type { Letters, RegistryClient } from "./registry_client.ts";

/** How often a registration is renewed, in ms: it lasts an hour. */
const RENEW_EVERY = 20 * 60 * 1000;

/**
 * The registry as a peer sees it through the plain protocol (PROTOCOL.md, "The
 * plain protocol"): a connection for each request, as every registry that
 * speaks it allows.
 */
export class PlainRegistryClient implements RegistryClient {
  readonly address: Address;
  readonly #clientID: string;
  readonly #closing = new AbortController();
  #renewing: ReturnType<typeof setInterval> | undefined;

  /** Asks the registry at an address on behalf of a client ID. */
  constructor(address: Address, clientID: string) {
    this.address = address;
    this.#clientID = clientID;
  }

  async register(port: number): Promise<void> {
    await this.#register(port);
    if (this.#closing.signal.aborted) return;
    clearInterval(this.#renewing);
    this.#renewing = setInterval(
      // A registry that is gone by then may be back the next time.
      () => this.#register(port).catch(() => {}),
      RENEW_EVERY,
    );
  }

  /** Tells the address that this machine has on the way to the registry. */
  async #register(port: number): Promise<void> {
    await this.#ask(
      (self) =>
        new Message("REGISTER", [
          ["clientID", this.#clientID],
          ["IP", self.host],
          ["Port", String(port)],
        ]),
      "REGACK",
    );
  }

  async info(): Promise<Client[]> {
    const reply = await this.#ask(() => new Message("INFO"), "INFOACK");
    return reply.text().split("\n").flatMap((line) => {
      const [clientID = "", where] = line.trim().split(" ");
      if (!isClientID(clientID) || where === undefined) return [];
      return [{ clientID, address: this.#read(() => parseAddress(where)) }];
    });
  }

  async bridge(target: string | undefined): Promise<Client | undefined> {
    const reply = await this.#ask(
      () =>
        new Message("BRIDGE", [
          ["clientID", this.#clientID],
          ...(target === undefined ? [] : [["target", target] as const]),
        ]),
      "BRIDGEACK",
    );
    const found = reply.get("clientID");
    if (!found) return undefined;
    const host = reply.get("IP");
    const port = parsePort(reply.get("Port") ?? "");
    if (!isClientID(found) || !host || !port) throw this.#nonsense();
    return { clientID: found, address: { host, port } };
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

  collect(): Promise<Letters> {
    return Promise.resolve({ sealed: [], last: undefined });
  }

  close(): Promise<void> {
    this.#closing.abort();
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
      if (reply?.method !== "ERROR") throw this.#nonsense();
      throw new PeerError(
        `the registry refuses: ${reply.get("Reason") ?? "it does not say why"}`,
      );
    } catch (error) {
      if (error instanceof PeerError) throw error;
      if (error instanceof FramingError) throw this.#nonsense();
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

  #read<T>(parse: () => T): T {
    try {
      return parse();
    } catch {
      throw this.#nonsense();
    }
  }

  #nonsense(): PeerError {
    return new PeerError(
      `what answers at ${
        formatAddress(this.address)
      } is not a registry of this protocol`,
    );
  }
}
