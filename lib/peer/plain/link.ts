import { TIMED_OUT, withTimeout } from "../../async/mod.ts";
import {
  concat,
  EMPTY_BYTES,
  encodeMessage,
  MessageReader,
} from "../../framing/mod.ts";
import { type Address, TimedReader, type Wire } from "../../net/mod.ts";
import {
  encodePlainChat,
  encodePlainText,
  encodeQuit,
  isClientID,
  METHOD,
  plainChatClientID,
} from "../../protocol/mod.ts";
import { LinkBrokenError } from "../errors.ts";
import type { PeerTimings } from "../timings.ts";
import { classifyInput } from "./classify.ts";
import { RawText } from "./raw_text.ts";

const LF = 10;
const EMPTY_LINE = new TextEncoder().encode("\r\n");

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

/** What the other peer sends, once that is known, and its first bytes. */
interface PeerInput {
  readonly kind: "text" | "raw" | "quit";
  readonly unread: Uint8Array;
}

/**
 * A plain connection to another peer (PROTOCOL.md, "The plain peer link").
 *
 * Existing programs send raw text on it; two clients of this project frame their
 * messages. The other peer's first bytes show which it does. A peer that has to
 * send before it knows that asks with an empty line: in raw text an empty line
 * is next to nothing, and a client of this project answers it with `CHAT`.
 */
export class PlainLink {
  /** Resolves when the other peer has sent enough to tell what it is. */
  readonly firstInput: Promise<void>;
  readonly #wire: Wire;
  readonly #reader: TimedReader;
  readonly #options: PlainLinkOptions;
  readonly #raw = new RawText();
  readonly #resolveFirstInput: () => void;
  /** Whether either side has sent `CHAT`: without it all is raw text. */
  #isOpened = false;
  /** Whether this side, and the other, has sent `CHAT`. */
  #chatSent = false;
  #chatReceived = false;
  /** How this side sends; `raw` is final. */
  #mode: "undecided" | "framed" | "raw" = "undecided";
  readonly #decided = Promise.withResolvers<void>();
  #deciding: Promise<void> | undefined;

  /**
   * A link on a new connection.
   *
   * @param wire What carries the bytes; the link closes it.
   */
  constructor(wire: Wire, options: PlainLinkOptions) {
    this.#wire = wire;
    this.#reader = new TimedReader(wire);
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
    this.#isOpened = true;
    await this.#sendChat();
  }

  /**
   * The texts that the other peer sends, until it sends QUIT.
   *
   * @throws {LinkBrokenError} If the connection ended without QUIT.
   * @throws {FramingError} If the peer sent a malformed message.
   * @throws {Error} If the connection broke.
   */
  async *texts(): AsyncGenerator<string> {
    const { kind, unread } = await this.#recognize();
    this.#resolveFirstInput();
    if (kind === "text") yield* this.#framedTexts(unread);
    else if (kind === "raw") yield* this.#rawTexts(unread);
  }

  /**
   * Sends a text, after those sent before.
   *
   * @throws {Error} If the connection broke.
   */
  async send(text: string): Promise<void> {
    if (this.#mode === "undecided") await (this.#deciding ??= this.#askMode());
    await this.#wire.write(
      this.#mode === "framed"
        ? encodeMessage(encodePlainText(text))
        : this.#raw.encode(text),
    );
  }

  /**
   * Sends QUIT, which ends the other peer's {@linkcode texts}.
   *
   * @throws {Error} If the connection broke.
   */
  async quit(): Promise<void> {
    await this.#wire.write(encodeMessage(encodeQuit()));
    await this.#wire.closeWrite();
  }

  /** Closes at once. */
  close(): void {
    this.#resolveFirstInput();
    this.#decide("raw");
    this.#wire.close();
  }

  async #sendChat(): Promise<void> {
    this.#chatSent = true;
    const { clientID, address } = this.#options;
    const chat = encodePlainChat(clientID, address);
    await this.#wire.write(encodeMessage(chat));
  }

  #decide(mode: "framed" | "raw"): void {
    if (mode === "raw" || this.#mode === "undecided") this.#mode = mode;
    this.#decided.resolve();
  }

  /** Asks the other peer whether it frames its messages. */
  async #askMode(): Promise<void> {
    if (this.#isOpened) {
      const { framingAnswerTimeoutMs } = this.#options.timings;
      await this.#wire.write(EMPTY_LINE);
      await withTimeout(this.#decided.promise, framingAnswerTimeoutMs);
    }
    if (this.#mode === "undecided") this.#decide("raw");
  }

  /** Reads until the other peer has shown how it sends its messages. */
  async #recognize(): Promise<PeerInput> {
    const { partialMethodTimeoutMs } = this.#options.timings;
    let unread: Uint8Array = EMPTY_BYTES;
    for (;;) {
      const kind = classifyInput(unread, this.#isOpened);
      switch (kind) {
        case "quit":
          return { kind, unread };
        case "raw":
        case "text":
          this.#decide(kind === "raw" ? "raw" : "framed");
          return { kind, unread };
        case "emptyLine":
          await this.#answerEmptyLine();
          unread = unread.subarray(unread.indexOf(LF) + 1);
          continue;
        case "chat":
          unread = await this.#takeChat(unread);
          continue;
      }
      const bytes = await this.#reader.read(
        kind === "incomplete" ? partialMethodTimeoutMs : undefined,
      );
      if (bytes === undefined) throw new LinkBrokenError();
      if (bytes === TIMED_OUT) {
        this.#decide("raw");
        return { kind: "raw", unread };
      }
      unread = concat(unread, bytes);
    }
  }

  /** Answers with CHAT, unless raw text has been sent to the peer before. */
  async #answerEmptyLine(): Promise<void> {
    if (this.#mode === "raw") return;
    await this.#sendChat();
    this.#decide("framed");
  }

  /** Takes a `CHAT` off the front; what follows it. */
  async #takeChat(unread: Uint8Array): Promise<Uint8Array> {
    const reader = new MessageReader();
    reader.push(unread);
    const chat = reader.next();
    const clientID = chat === undefined ? "" : plainChatClientID(chat);
    if (!this.#chatReceived && isClientID(clientID)) {
      this.#options.onClientID(clientID);
    }
    // The first CHAT opens the link. Any other is an answer, which only a
    // program that frames its messages gives.
    if (this.#isOpened) {
      if (!this.#chatSent) await this.#sendChat();
      this.#decide("framed");
    }
    this.#chatReceived = true;
    this.#isOpened = true;
    this.#resolveFirstInput();
    return reader.rest();
  }

  async *#framedTexts(unread: Uint8Array): AsyncGenerator<string> {
    const reader = new MessageReader();
    reader.push(unread);
    for (;;) {
      const message = reader.next();
      if (message?.method === METHOD.quit) return;
      if (message?.method === METHOD.message) yield message.text();
      if (message !== undefined) continue;
      const bytes = await this.#reader.read();
      if (bytes === undefined || bytes === TIMED_OUT) {
        throw new LinkBrokenError();
      }
      reader.push(bytes);
    }
  }

  async *#rawTexts(unread: Uint8Array): AsyncGenerator<string> {
    const { partialMethodTimeoutMs } = this.#options.timings;
    let bytes: Uint8Array | undefined | typeof TIMED_OUT = unread;
    for (;;) {
      if (bytes === undefined) throw new LinkBrokenError();
      if (bytes !== TIMED_OUT) this.#raw.push(bytes);
      if (bytes === TIMED_OUT || !this.#raw.mayEndInQuit) {
        const text = this.#raw.take();
        if (text !== "") yield text;
      }
      if (this.#raw.quit) return;
      bytes = await this.#reader.read(
        this.#raw.mayEndInQuit ? partialMethodTimeoutMs : undefined,
      );
    }
  }
}
