import type { Address, Wire } from "../../net/mod.ts";
import { concat, encodeMessage, MessageReader } from "../../framing/mod.ts";
import {
  encodePlainChat,
  encodePlainText,
  encodeQuit,
  isClientID,
  METHOD,
  plainChatClientID,
} from "../../protocol/mod.ts";
import type { PeerTimings } from "../timings.ts";
import { type Link, LinkBrokenError } from "./text_link.ts";
import { TimedReader } from "../../net/mod.ts";
import { lookAt, RawText } from "./raw_text.ts";
import { TIMED_OUT, withTimeout } from "../../async/mod.ts";

const LF = 10;
const EMPTY = new Uint8Array(0);
const EMPTY_LINE = new TextEncoder().encode("\r\n");

/** This side of a {@linkcode PlainLink}. */
export interface PlainLinkOptions {
  /** The client ID of this side. */
  readonly clientID: string;
  /** Where this side accepts connections. */
  readonly address: Address;
  /** Is called with the client ID of the other side, when it gives it. */
  readonly onClientID: (clientID: string) => void;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
}

/**
 * A conversation over the plain peer link (PROTOCOL.md, "The plain peer link").
 *
 * Existing programs send raw text on it; two of our own frame theirs. Which it
 * is shows in what the other side sends. Whoever has to speak before that asks
 * with an empty line, which in raw text is next to nothing and which our own
 * answers with its `CHAT`.
 */
export class PlainLink implements Link {
  /** Resolves when the other side has sent enough to tell what it is. */
  readonly introduced: Promise<void>;
  readonly #wire: Wire;
  readonly #reader: TimedReader;
  readonly #options: PlainLinkOptions;
  readonly #raw = new RawText();
  readonly #introduce: () => void;
  /** Whether either side has opened with `CHAT`: without it all is raw. */
  #opened = false;
  /** Whether this side, and the other, has said who it is. */
  #saidWho = false;
  #knowsWho = false;
  /** How this side sends: raw, once anything speaks for it, is final. */
  #mode: "undecided" | "framed" | "raw" = "undecided";
  readonly #decided = Promise.withResolvers<void>();
  #asked: Promise<void> | undefined;

  /**
   * A link on a wire that is fresh.
   *
   * @param wire What carries the bytes; the link closes it.
   */
  constructor(wire: Wire, options: PlainLinkOptions) {
    this.#wire = wire;
    this.#reader = new TimedReader(wire);
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.introduced = promise;
    this.#introduce = resolve;
  }

  /** Opens the link with `CHAT`, for the side that dialled. */
  async open(): Promise<void> {
    this.#opened = true;
    await this.#sendChat();
  }

  async *texts(): AsyncGenerator<string> {
    const { sight, unread } = await this.#settle();
    this.#introduce();
    if (sight === "text") yield* this.#framedTexts(unread);
    else if (sight === "raw") yield* this.#rawTexts(unread);
  }

  async send(text: string): Promise<void> {
    if (this.#mode === "undecided") await (this.#asked ??= this.#ask());
    await this.#wire.write(
      this.#mode === "framed"
        ? encodeMessage(encodePlainText(text))
        : this.#raw.encode(text),
    );
  }

  async goodbye(): Promise<void> {
    await this.#wire.write(encodeMessage(encodeQuit()));
    await this.#wire.closeWrite();
  }

  close(): void {
    this.#introduce();
    this.#decide("raw");
    this.#wire.close();
  }

  async #sendChat(): Promise<void> {
    this.#saidWho = true;
    const { clientID, address } = this.#options;
    const chat = encodePlainChat(clientID, address);
    await this.#wire.write(encodeMessage(chat));
  }

  #decide(mode: "framed" | "raw"): void {
    if (mode === "raw" || this.#mode === "undecided") this.#mode = mode;
    this.#decided.resolve();
  }

  /** Finds out whether to frame, because there is something to send. */
  async #ask(): Promise<void> {
    if (this.#opened) {
      await this.#wire.write(EMPTY_LINE);
      await withTimeout(
        this.#decided.promise,
        this.#options.timings.framingAnswerTimeoutMs,
      );
    }
    if (this.#mode === "undecided") this.#decide("raw");
  }

  /**
   * Reads until the other side has shown how it sends its messages, with what
   * it has sent of them.
   */
  async #settle(): Promise<
    { sight: "quit" | "text" | "raw"; unread: Uint8Array }
  > {
    const { partialMethodTimeoutMs } = this.#options.timings;
    let unread: Uint8Array = EMPTY;
    for (;;) {
      const sight = lookAt(unread, this.#opened);
      switch (sight) {
        case "quit":
          return { sight, unread };
        case "raw":
        case "text":
          this.#decide(sight === "raw" ? "raw" : "framed");
          return { sight, unread };
        case "empty line":
          // A question. Who has been sent raw text is not told otherwise.
          if (this.#mode !== "raw") {
            await this.#sendChat();
            this.#decide("framed");
          }
          unread = unread.subarray(unread.indexOf(LF) + 1);
          continue;
        case "chat":
          unread = await this.#takeChat(unread);
          continue;
      }
      const limit = sight === "beginning" ? partialMethodTimeoutMs : undefined;
      const bytes = await this.#reader.read(limit);
      if (bytes === undefined) throw new LinkBrokenError();
      if (bytes !== TIMED_OUT) unread = concat(unread, bytes);
      else {
        this.#decide("raw");
        return { sight: "raw", unread };
      }
    }
  }

  /** Takes a `CHAT` off the front; what follows it. */
  async #takeChat(unread: Uint8Array): Promise<Uint8Array> {
    const reader = new MessageReader();
    reader.push(unread);
    const chat = reader.next();
    const clientID = chat === undefined ? "" : plainChatClientID(chat);
    if (!this.#knowsWho && isClientID(clientID)) {
      this.#options.onClientID(clientID);
    }
    // The first CHAT opens the link. Any other is an answer, which only a
    // program that frames gives.
    if (this.#opened) {
      if (!this.#saidWho) await this.#sendChat();
      this.#decide("framed");
    }
    this.#knowsWho = true;
    this.#opened = true;
    this.#introduce();
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
