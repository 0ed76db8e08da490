import { TIMED_OUT } from "../../async/mod.ts";
import { encodeMessage } from "../../framing/mod.ts";
import { type Address, TimedReader, type Wire } from "../../net/mod.ts";
import {
  encodeError,
  encodePlainChat,
  encodePlainText,
  encodeQuit,
  type ErrorReply,
  isClientID,
} from "../../protocol/mod.ts";
import { LinkBrokenError } from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import { checkRawText } from "./check_raw_text.ts";
import { PlainInput } from "./input.ts";
import { PacedWriter } from "./paced_writer.ts";

/** This side of a {@linkcode PlainLink}. */
export interface PlainLinkOptions {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** Where this peer accepts connections. */
  readonly address: Address;
  /** Is called with the other peer's client ID, when it gives one. */
  readonly onClientID: (clientID: string) => void;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/**
 * A plain connection to another peer (PROTOCOL.md, "The plain peer link").
 *
 * Existing programs send raw text on it, and take what arrives together for one
 * message. So this side sends raw text, each in a segment of its own, and nothing
 * before it but CHAT; it frames its messages only to a peer that has framed one
 * before.
 */
export class PlainLink {
  /** Resolves when the other peer has sent CHAT, a text or QUIT. */
  readonly firstInput: Promise<void>;
  readonly #wire: Wire;
  readonly #reader: TimedReader;
  readonly #writer: PacedWriter;
  readonly #options: PlainLinkOptions;
  readonly #input = new PlainInput();
  readonly #encoder = new TextEncoder();
  readonly #resolveFirstInput: () => void;
  /** Whether the other peer has sent CHAT. */
  #hasChat = false;
  /** Closes the link, once the other peer is refused. */
  #closeTimer: ReturnType<typeof setTimeout> | undefined;
  /** How this side sends, from its first text on. */
  #framing: "undecided" | "raw" | "framed" = "undecided";

  /**
   * A link on a new connection.
   *
   * @param wire What carries the bytes; the link closes it.
   */
  constructor(wire: Wire, options: PlainLinkOptions) {
    this.#wire = wire;
    this.#reader = new TimedReader(wire);
    this.#writer = new PacedWriter(wire, options.timings.plainPaceMs);
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.firstInput = promise;
    this.#resolveFirstInput = resolve;
  }

  /**
   * Opens the link with `CHAT`; the peer that dialled does so.
   *
   * @throws {Error} If the connection broke.
   */
  async open(): Promise<void> {
    this.#input.open();
    const { clientID, address } = this.#options;
    const chat = encodePlainChat(clientID, address);
    await this.#writer.write(encodeMessage(chat), true);
  }

  /**
   * The texts that the other peer sends, until it sends QUIT.
   *
   * @throws {LinkBrokenError} If the connection ended without QUIT.
   * @throws {FramingError} If the peer sent a malformed message.
   * @throws {Error} If the connection broke.
   */
  async *texts(): AsyncGenerator<string> {
    let end: { readonly error: unknown } | undefined;
    for (;;) {
      for (let event; (event = this.#input.next()) !== undefined;) {
        this.#resolveFirstInput();
        if (event.type === "quit") return;
        if (event.type === "chat") this.#takeClientID(event.clientID);
        else if (!this.isRefused) yield event.text;
      }
      if (end !== undefined) throw end.error;
      end = await this.#read();
    }
  }

  /**
   * Sends a text, after those sent before; on a raw link some time after them.
   *
   * @throws {PeerError} If the peer would not read it as a text; nothing is sent.
   * @throws {Error} If the connection broke.
   */
  async send(text: string): Promise<void> {
    const bytes = this.#encode(text);
    await this.#writer.write(bytes, this.#framing === "raw");
  }

  /**
   * Sends QUIT, which ends the other peer's {@linkcode texts}.
   *
   * @throws {Error} If the connection broke.
   */
  async quit(): Promise<void> {
    const quit = encodeMessage(encodeQuit());
    await this.#writer.write(quit, this.#framing !== "framed");
    await this.#wire.closeWrite();
  }

  /** Whether the other peer was refused. */
  get isRefused(): boolean {
    return this.#closeTimer !== undefined;
  }

  /**
   * Refuses the other peer with an ERROR: {@linkcode texts} yields no more texts,
   * and ends when the other peer has closed the connection, or soon.
   */
  refuse(error: ErrorReply): void {
    if (this.isRefused) return;
    const { rejectLingerMs } = this.#options.timings;
    this.#closeTimer = setTimeout(() => this.close(), rejectLingerMs);
    this.#writer.write(encodeMessage(encodeError(error)), false)
      .then(() => this.#wire.closeWrite())
      .catch(() => this.close());
  }

  /** Closes at once. */
  close(): void {
    clearTimeout(this.#closeTimer);
    this.#resolveFirstInput();
    this.#writer.close();
    this.#wire.close();
  }

  /** The bytes of a text; the first one decides whether all of them are framed. */
  #encode(text: string): Uint8Array {
    const isFirst = this.#framing === "undecided";
    const isFramed = isFirst
      ? this.#input.framing === "framed"
      : this.#framing === "framed";
    const bytes = isFramed
      ? encodeMessage(encodePlainText(text))
      : this.#encoder.encode(text + this.#input.lineEnd);
    if (!isFramed) checkRawText(bytes, isFirst && this.#input.isOpened);
    this.#framing = isFramed ? "framed" : "raw";
    return bytes;
  }

  /** Reads on; why nothing more follows, if so. */
  async #read(): Promise<{ readonly error: unknown } | undefined> {
    let error: unknown = new LinkBrokenError();
    try {
      const bytes = await this.#reader.read(this.#timeoutMs());
      if (bytes !== undefined) {
        if (bytes === TIMED_OUT) this.#input.expire();
        else this.#input.push(bytes);
        return undefined;
      }
    } catch (reason) {
      error = reason;
    }
    this.#input.end();
    return { error };
  }

  /** How long what has arrived in part has for the rest, in ms. */
  #timeoutMs(): number | undefined {
    const { partialMethodTimeoutMs, plainTypingTimeoutMs } =
      this.#options.timings;
    switch (this.#input.waits) {
      case "nothing":
        return undefined;
      case "segment":
        return partialMethodTimeoutMs;
      case "typing":
        return plainTypingTimeoutMs;
    }
  }

  /** Takes the client ID of a CHAT, if it is the first one. */
  #takeClientID(clientID: string): void {
    if (!this.#hasChat && isClientID(clientID)) {
      this.#options.onClientID(clientID);
    }
    this.#hasChat = true;
  }
}
