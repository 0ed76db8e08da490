import { Channel, type Message } from "../../framing/mod.ts";
import {
  decodeAcknowledge,
  decodeChat,
  decodeText,
  encodeAcknowledge,
  encodeChat,
  encodePing,
  encodePong,
  encodeQuit,
  encodeText,
  METHOD,
} from "../../protocol/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import { Coalescer } from "../../async/mod.ts";
import { decodeFrom, LinkBrokenError, PeerError } from "../errors.ts";
import type { TextMessage } from "../../protocol/mod.ts";
import type { Outgoing } from "../store/mod.ts";
import type { PeerTimings } from "../timings.ts";

/** Who sends what is read here, in words. */
const SENDER = "the peer";

/** This side of a {@linkcode PeerLink}. */
export interface PeerLinkOptions {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/** What has arrived on a link, as far as it arrived at once. */
export interface Arrivals {
  /** Messages, in the order in which they were sent. */
  readonly messages: readonly TextMessage[];
  /** The last message that the other side has, if it says so. */
  readonly acknowledged: string | undefined;
  /** Whether the other side says goodbye. */
  readonly goodbye: boolean;
}

/**
 * A secure connection to another peer (PROTOCOL.md, "The secure peer link"):
 * messages with IDs, which the other side acknowledges once it has stored them.
 */
export class PeerLink {
  /** The key of the other side, in base64. */
  readonly key: string;
  readonly #channel: Channel;
  readonly #options: PeerLinkOptions;
  readonly #acknowledging = new Coalescer(() => this.#acknowledge());
  /** The last message that is stored and was not acknowledged yet. */
  #stored: string | undefined;
  #heard = performance.now();
  #watching: ReturnType<typeof setInterval> | undefined;

  /**
   * Goes on after the handshake.
   *
   * @param wire What carries the messages; the link closes it.
   */
  constructor(wire: SecureWire, options: PeerLinkOptions) {
    this.key = wire.remoteKey.toBase64();
    this.#channel = new Channel(wire);
    this.#options = options;
  }

  /** Says who this side is. */
  async introduce(): Promise<void> {
    await this.#channel.send(encodeChat(this.#options.clientID));
  }

  /**
   * Who the other side says it is: what it opens with.
   *
   * @throws {PeerError} If it does not say.
   * @throws {Error} If the connection broke.
   */
  async introduced(): Promise<string> {
    const chat = await this.#channel.receive();
    if (chat !== undefined) return decodeFrom(SENDER, () => decodeChat(chat));
    throw new PeerError("the peer did not introduce itself");
  }

  /**
   * What the other side sends, until it says goodbye.
   *
   * @throws {PeerError} If it violates the protocol.
   * @throws {Error} If the connection broke, or ended without a goodbye.
   */
  async *arrivals(): AsyncGenerator<Arrivals> {
    this.#watching = setInterval(
      () => this.#watch(),
      this.#options.timings.linkPingAfterMs / 2,
    );
    try {
      for (;;) {
        const first = await this.#channel.receive();
        if (first === undefined) throw new LinkBrokenError();
        this.#heard = performance.now();
        const arrivals = decodeFrom(SENDER, () => this.#gather(first));
        yield arrivals;
        if (arrivals.goodbye) return;
      }
    } finally {
      clearInterval(this.#watching);
    }
  }

  /**
   * Sends messages, after those sent before.
   *
   * @throws {Error} If the connection broke.
   */
  async send(messages: readonly Outgoing[]): Promise<void> {
    await Promise.all(
      messages.map((message) => this.#channel.send(encodeText(message))),
    );
  }

  /**
   * Says that all messages up to one are stored. Is not to be waited for: two
   * that only read once the other has would wait for ever.
   */
  acknowledge(id: string): void {
    this.#stored = id;
    this.#acknowledging.run();
  }

  /** Says goodbye, which ends the other side's {@linkcode arrivals}. */
  async goodbye(): Promise<void> {
    await this.#acknowledging.idle();
    await this.#channel.send(encodeQuit());
    await this.#channel.closeWrite();
  }

  /** Answers a goodbye: waits, a while, until the other side has all. */
  async farewell(): Promise<void> {
    await this.#acknowledging.idle();
    await this.#channel.closeWrite();
    while (await this.#channel.receive() !== undefined);
  }

  /** Closes at once. */
  close(): void {
    clearInterval(this.#watching);
    this.#channel.close();
  }

  /** Puts together what has arrived by now: storing it at once costs less. */
  #gather(first: Message): Arrivals {
    const messages: TextMessage[] = [];
    let acknowledged: string | undefined;
    let next: Message | undefined = first;
    for (; next !== undefined; next = this.#channel.take()) {
      switch (next.method) {
        case METHOD.message:
          messages.push(decodeText(next));
          break;
        case METHOD.acknowledge:
          acknowledged = decodeAcknowledge(next);
          break;
        case METHOD.ping:
          this.#answer();
          break;
        case METHOD.quit:
          return { messages, acknowledged, goodbye: true };
      }
    }
    return { messages, acknowledged, goodbye: false };
  }

  async #acknowledge(): Promise<void> {
    const id = this.#stored;
    if (id === undefined) return;
    this.#stored = undefined;
    try {
      await this.#channel.send(encodeAcknowledge(id));
    } catch {
      // A connection that is broken is found so by whoever reads it.
    }
  }

  #answer(): void {
    // A connection that is broken is found so by whoever reads it.
    this.#channel.send(encodePong()).catch(() => {});
  }

  #watch(): void {
    const { linkPingAfterMs, linkSilenceMs } = this.#options.timings;
    const silenceMs = performance.now() - this.#heard;
    if (silenceMs > linkSilenceMs) this.close();
    else if (silenceMs > linkPingAfterMs) {
      this.#channel.send(encodePing()).catch(() => {});
    }
  }
}
