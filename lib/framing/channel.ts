import type { Address } from "../net/mod.ts";
import { encodeMessage } from "./encode.ts";
import type { Message } from "./message.ts";
import type { ReaderOptions } from "./head.ts";
import { MessageReader } from "./reader.ts";
import type { Wire } from "../net/mod.ts";

/**
 * Messages in both directions over a {@linkcode Wire}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { acceptAll, dial, listen } from "../net/mod.ts";
 * import { Channel, Message } from "./mod.ts";
 *
 * const listener = listen({ host: "127.0.0.1", port: 0 });
 * const accepting = acceptAll(listener, async (wire) => {
 *   using channel = new Channel(wire);
 *   const request = await channel.receive();
 *   if (request?.method === "PING") await channel.send(new Message("PONG"));
 * });
 *
 * const { port } = listener.addr;
 * const wire = await dial({ host: "127.0.0.1", port }, { timeoutMs: 1000 });
 * using channel = new Channel(wire);
 * await channel.send(new Message("PING"));
 * assertEquals((await channel.receive())?.method, "PONG");
 *
 * listener.close();
 * await accepting;
 * ```
 */
export class Channel implements Disposable {
  readonly #wire: Wire;
  readonly #reader: MessageReader;

  /**
   * A channel over a wire.
   *
   * @param wire What carries the messages; the channel closes it.
   * @param options How messages are read.
   * @param first Bytes that have been read from the wire already.
   */
  constructor(wire: Wire, options: ReaderOptions = {}, first?: Uint8Array) {
    this.#wire = wire;
    this.#reader = new MessageReader(options);
    if (first !== undefined) this.#reader.push(first);
  }

  /** The other end. */
  get remote(): Address {
    return this.#wire.remote;
  }

  /** Whether a message has arrived in part. */
  get isMidMessage(): boolean {
    return this.#reader.isMidMessage;
  }

  /**
   * The next message; undefined when the other end has ended the stream.
   *
   * @throws {FramingError} If a message is malformed or incomplete.
   * @throws {Error} If the connection broke.
   */
  async receive(): Promise<Message | undefined> {
    for (;;) {
      const message = this.#reader.next();
      if (message !== undefined) return message;
      const bytes = await this.#wire.read();
      if (bytes === undefined) {
        this.#reader.end();
        return undefined;
      }
      this.#reader.push(bytes);
    }
  }

  /**
   * The next message, if it has arrived already.
   *
   * @throws {FramingError} If it is malformed.
   */
  take(): Message | undefined {
    return this.#reader.next();
  }

  /**
   * Writes a message, after those sent before.
   *
   * @throws {FramingError} If the message cannot be encoded.
   * @throws {Error} If the connection broke.
   */
  async send(message: Message): Promise<void> {
    await this.#wire.write(encodeMessage(message));
  }

  /** Releases the wire, with the bytes read from it that are in no message. */
  release(): { wire: Wire; rest: Uint8Array } {
    return { wire: this.#wire, rest: this.#reader.rest() };
  }

  /** Ends the outbound stream; receiving goes on. */
  closeWrite(): Promise<void> {
    return this.#wire.closeWrite();
  }

  /** Closes at once, both ways. */
  close(): void {
    this.#wire.close();
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
