import { type Address, TcpWire } from "../../lib/net/mod.ts";
import {
  Channel,
  type Header,
  Message,
  MessageReader,
} from "../../lib/framing/mod.ts";
import {
  Identity,
  readHello,
  secureAccept,
  secureConnect,
  type SecureWire,
} from "../../lib/secure/mod.ts";
import { limited, TimeLimitError } from "./time_limit.ts";

/**
 * A program that speaks the secure mode message by message, as a registry, a
 * client or a peer, honest or not: the encrypted channel, and nothing that knows
 * a method.
 */
export class SecureSocket implements Disposable {
  /** The key of the other end, in base64. */
  readonly remoteKey: string;
  readonly #wire: SecureWire;
  readonly #channel: Channel;
  #seq = 0;

  private constructor(wire: SecureWire) {
    this.remoteKey = wire.remoteKey.toBase64();
    this.#wire = wire;
    this.#channel = new Channel(wire);
  }

  /**
   * Connects to an address, under an identity.
   *
   * @param first What goes before all else, as a proxy sends it.
   */
  static async connect(
    { host, port }: Address,
    identity = Identity.generate(),
    first?: Uint8Array,
  ): Promise<SecureSocket> {
    const wire = new TcpWire(await Deno.connect({ hostname: host, port }));
    if (first !== undefined) await wire.write(first);
    return new SecureSocket(await secureConnect(wire, identity));
  }

  /** Accepts the next connection, under an identity. */
  static async accept(
    listener: Deno.TcpListener,
    identity = Identity.generate(),
  ): Promise<SecureSocket> {
    const wire = new TcpWire(await listener.accept());
    const reader = new MessageReader();
    let hello: Message | undefined;
    while ((hello = reader.next()) === undefined) {
      const bytes = await wire.read();
      if (bytes === undefined) throw new Error("there was no HELLO");
      reader.push(bytes);
    }
    const opening = { handshake: readHello(hello), rest: reader.rest() };
    return new SecureSocket(await secureAccept(wire, identity, opening));
  }

  /** Sends a message. */
  async send(
    method: string,
    headers: readonly Header[] = [],
    body?: string | Uint8Array,
  ): Promise<void> {
    await this.#channel.send(new Message(method, headers, body));
  }

  /** Sends bytes that need not be a message. */
  async sendBytes(bytes: string | Uint8Array): Promise<void> {
    await this.#wire.write(
      typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
    );
  }

  /** The next message. */
  async receive(): Promise<Message> {
    const message = await limited(this.#channel.receive(), "no message");
    if (message !== undefined) return message;
    throw new Error("the other end has said its last");
  }

  /** The next message with a method; those before it are passed over. */
  async until(method: string): Promise<Message> {
    for (;;) {
      const message = await this.receive();
      if (message.method === method) return message;
    }
  }

  /** Sends a request with the next `Seq`, and gives the next message. */
  async ask(
    method: string,
    headers: readonly Header[] = [],
    body?: string,
  ): Promise<Message> {
    await this.send(method, [["Seq", String(++this.#seq)], ...headers], body);
    return await this.receive();
  }

  /** Replies to a request: with its `Seq`. */
  async reply(
    request: Message,
    method: string,
    headers: readonly Header[] = [],
    body?: string | Uint8Array,
  ): Promise<void> {
    const seq = request.get("Seq") ?? "";
    await this.send(method, [["Seq", seq], ...headers], body);
  }

  /**
   * All messages that arrive until the end, however that comes; closes then.
   *
   * @throws {TimeLimitError} If there is no end.
   */
  async rest(): Promise<Message[]> {
    const messages: Message[] = [];
    try {
      for (;;) messages.push(await this.receive());
    } catch (error) {
      this.#channel.close();
      if (error instanceof TimeLimitError) throw error;
      return messages;
    }
  }

  /** Says that no more will be sent. */
  async closeWrite(): Promise<void> {
    await this.#channel.closeWrite();
  }

  [Symbol.dispose](): void {
    this.#channel.close();
  }
}
