import { Channel, type Message } from "../../framing/mod.ts";
import {
  decodeAcknowledge,
  decodeChat,
  decodeError,
  decodeText,
  encodeAcknowledge,
  encodeChat,
  encodePing,
  encodePong,
  encodeQuit,
  encodeText,
  type Introduction,
  METHOD,
} from "../../protocol/mod.ts";
import type { SecureWire } from "../../secure/mod.ts";
import { Coalescer } from "../../async/mod.ts";
import { decodeFrom, LinkBrokenError, PeerError } from "../errors.ts";
import type { TextMessage } from "../../protocol/mod.ts";
import type { Outgoing } from "../store/mod.ts";
import type { PeerTimings } from "../timings.ts";
import type { OwnKeys } from "../trust/mod.ts";

/** The sender, as error messages name it. */
const SENDER = "the peer";

/** This side of a {@linkcode PeerLink}. */
export interface PeerLinkOptions {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** The keys of this peer. */
  readonly ownKeys: Pick<OwnKeys, "publicKey" | "statementsFor">;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/** What has arrived on a link together. */
export interface Arrivals {
  /** Messages, in the order in which they were sent. */
  readonly messages: readonly TextMessage[];
  /** The ID of the last message that the peer has, if it acknowledges one. */
  readonly acknowledged: string | undefined;
  /** Whether the peer has sent QUIT. */
  readonly quit: boolean;
}

/**
 * A secure connection to another peer (PROTOCOL.md, "The secure peer link"):
 * messages with IDs, which the peer acknowledges once it has stored them.
 */
export class PeerLink {
  /** The key of the peer, in base64. */
  readonly key: string;
  /** The key of this peer that the link was made with, in base64. */
  readonly ownKey: string;
  readonly #channel: Channel;
  readonly #options: PeerLinkOptions;
  // A peer that never reads is owed one ACK, one PONG and one PING at most.
  readonly #acknowledging = new Coalescer(() => this.#acknowledge());
  readonly #ponging = new Coalescer(() => this.#trySend(encodePong()));
  readonly #pinging = new Coalescer(() => this.#trySend(encodePing()));
  /** The ID of the last stored message, until it is acknowledged. */
  #stored: string | undefined;
  #lastReceived = performance.now();
  #keepalive: ReturnType<typeof setInterval> | undefined;

  /**
   * A link over a connection whose handshake is done.
   *
   * @param wire What carries the messages; the link closes it.
   */
  constructor(wire: SecureWire, options: PeerLinkOptions) {
    this.key = wire.remoteKey.toBase64();
    this.ownKey = options.ownKeys.publicKey;
    this.#channel = new Channel(wire);
    this.#options = options;
  }

  /** Sends CHAT: who this peer is, and how its key has changed. */
  async sendChat(): Promise<void> {
    const { clientID, ownKeys } = this.#options;
    const rotations = ownKeys.statementsFor(this.key);
    await this.#channel.send(encodeChat({ clientID, rotations }));
  }

  /**
   * Receives CHAT: the client ID that the peer claims, and statements.
   *
   * @throws {PeerError} If the peer sends something else.
   * @throws {Error} If the connection broke.
   */
  async receiveChat(): Promise<Introduction> {
    const chat = await this.#channel.receive();
    if (chat === undefined) {
      throw new PeerError(
        "the peer closed the connection and sent no client ID (CHAT)",
      );
    }
    if (decodeError(chat) !== undefined) {
      throw new PeerError(
        "the other end is not a peer: it answered CHAT with an ERROR, as a " +
          "registry does; check the address",
      );
    }
    return decodeFrom(SENDER, () => decodeChat(chat));
  }

  /**
   * What the peer sends, until it sends QUIT.
   *
   * @throws {PeerError} If it violates the protocol.
   * @throws {Error} If the connection broke, or ended without QUIT.
   */
  async *arrivals(): AsyncGenerator<Arrivals> {
    this.#keepalive = setInterval(
      () => this.#checkSilence(),
      this.#options.timings.linkPingAfterMs / 2,
    );
    try {
      for (;;) {
        const first = await this.#channel.receive();
        if (first === undefined) throw new LinkBrokenError();
        this.#lastReceived = performance.now();
        const arrivals = decodeFrom(SENDER, () => this.#takeArrivals(first));
        yield arrivals;
        if (arrivals.quit) return;
      }
    } finally {
      clearInterval(this.#keepalive);
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
   * Acknowledges all messages up to one that is stored. The caller does not
   * wait for it: two peers that each read only after that would deadlock.
   */
  acknowledge(id: string): void {
    this.#stored = id;
    this.#acknowledging.run();
  }

  /** Resolves when nothing that is to be acknowledged is unsent. */
  acknowledged(): Promise<void> {
    return this.#acknowledging.idle();
  }

  /** Sends QUIT, which ends the peer's {@linkcode arrivals}. */
  async quit(): Promise<void> {
    await this.#acknowledging.idle();
    await this.#channel.send(encodeQuit());
    await this.#channel.closeWrite();
  }

  /** Answers QUIT: ends this direction and waits until the peer has closed. */
  async answerQuit(): Promise<void> {
    await this.#acknowledging.idle();
    await this.#channel.closeWrite();
    while (await this.#channel.receive() !== undefined);
  }

  /** Closes at once. */
  close(): void {
    clearInterval(this.#keepalive);
    this.#channel.close();
  }

  /** Takes together what has arrived by now: storing it at once costs less. */
  #takeArrivals(first: Message): Arrivals {
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
          this.#ponging.run();
          break;
        case METHOD.quit:
          return { messages, acknowledged, quit: true };
      }
    }
    return { messages, acknowledged, quit: false };
  }

  async #acknowledge(): Promise<void> {
    const id = this.#stored;
    if (id === undefined) return;
    this.#stored = undefined;
    await this.#trySend(encodeAcknowledge(id));
  }

  /** Sends a message that needs no answer. */
  async #trySend(message: Message): Promise<void> {
    try {
      await this.#channel.send(message);
    } catch {
      // Reading finds out that the connection broke.
    }
  }

  #checkSilence(): void {
    const { linkPingAfterMs, linkSilenceTimeoutMs } = this.#options.timings;
    const silenceMs = performance.now() - this.#lastReceived;
    if (silenceMs > linkSilenceTimeoutMs) this.close();
    else if (silenceMs > linkPingAfterMs) this.#pinging.run();
  }
}
