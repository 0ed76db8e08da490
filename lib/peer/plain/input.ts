import { FramingError, MAX_HEADER_BLOCK_BYTES } from "../../framing/mod.ts";
import {
  decodePlainChat,
  isPlainQuit,
  matchLine,
  METHOD,
  type PlainChat,
} from "../../protocol/mod.ts";
import { ChatReader } from "./chat_reader.ts";
import { type PlainEvent, PlainEventQueue } from "./event_queue.ts";
import { type FramedMessage, FramedReader } from "./framed_reader.ts";
import { countLineEnds } from "./line_ends.ts";
import { RawText } from "./raw_text.ts";
import { SegmentBuffer } from "./segment_buffer.ts";

const CR = 13;

/**
 * What bytes are held for: nothing, the rest of what a program sends, or the
 * rest of a CHAT that a person types.
 */
export type PlainWait = "nothing" | "segment" | "typing";

/**
 * Reads one direction of a plain link (PROTOCOL.md, "The plain peer link"): a
 * state machine without input, output and clock.
 *
 * Each segment of raw text is a text. A segment whose end may be the beginning
 * of QUIT or CHAT is held until what follows, or {@linkcode expire}, decides.
 */
export class PlainInput {
  readonly #buffer = new SegmentBuffer();
  readonly #rawText = new RawText();
  readonly #events = new PlainEventQueue();
  #framing: "undecided" | "raw" | "framed" = "undecided";
  #waits: PlainWait = "nothing";
  #isOpened = false;
  #chatReceived = false;
  #hasQuit = false;
  /** Whether nothing more is waited for. */
  #isFinal = false;
  /** Reads what begins with the first byte of the buffer. */
  #read: () => boolean = this.#begin;

  /** Whether the direction is framed, once its first text or QUIT has shown it. */
  get framing(): "undecided" | "raw" | "framed" {
    return this.#framing;
  }

  /** How the other side ends its last raw text: CR and LF, LF, or nothing. */
  get lineEnd(): string {
    return this.#rawText.lineEnd;
  }

  /** What the bytes are held for that have arrived and are in no event. */
  get waits(): PlainWait {
    return this.#waits;
  }

  /** Whether either side has sent CHAT. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  /** Notes that this side has sent CHAT, so that the other one may frame. */
  open(): void {
    this.#isOpened = true;
  }

  /** Adds what has arrived with one read. */
  push(segment: Uint8Array): void {
    this.#buffer.append(segment);
    this.#isFinal = false;
    this.#run();
  }

  /** Notes that what is waited for has not come in time. */
  expire(): void {
    this.#isFinal = true;
    this.#run();
  }

  /** Notes that nothing more follows. */
  end(): void {
    this.#isFinal = true;
    this.#run();
    if (!this.#hasQuit) this.#show(this.#rawText.flush());
  }

  /**
   * The next event; undefined until more arrives.
   *
   * @throws {FramingError} If a framed message is malformed.
   */
  next(): PlainEvent | undefined {
    return this.#events.take();
  }

  #run(): void {
    this.#waits = "nothing";
    try {
      while (!this.#isOver && this.#buffer.length > 0 && this.#read());
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.#events.fail(error);
    }
  }

  get #isOver(): boolean {
    return this.#hasQuit || this.#events.hasFailed;
  }

  /** Leaves the bytes until more arrive. */
  #hold(waits: PlainWait): false {
    this.#waits = waits;
    return false;
  }

  /** Reads what a message begins with. */
  #begin(): boolean {
    const bytes = this.#buffer.bytes;
    const at = countLineEnds(bytes);
    if (this.#framing === "framed") return this.#beginFramed(at);
    if (at === bytes.length) return this.#readTextFrom(0);
    // An empty line is raw text.
    if (at > 0) this.#framing = "raw";
    const chat = matchLine(bytes, at, METHOD.chat);
    if (typeof chat === "number") {
      this.#buffer.drop(at);
      return this.#startChat(chat === bytes.length);
    }
    const mayFrame = this.#isOpened && this.#framing === "undecided";
    const message = mayFrame ? matchLine(bytes, at, METHOD.message) : "no";
    if (typeof message === "number") {
      const reader = new FramedReader();
      return this.#continue(() => this.#readFirstMessage(reader));
    }
    const isPartial = chat === "partial" || message === "partial";
    if (isPartial && !this.#isFinal) return this.#hold("segment");
    return this.#readTextFrom(0);
  }

  #continue(read: () => boolean): true {
    this.#read = read;
    return true;
  }

  /** Reads a CHAT, whose first line has arrived; `isAlone` if nothing else has. */
  #startChat(isAlone: boolean): true {
    const isFirst = !this.#chatReceived;
    const reader = new ChatReader(!this.#isOpened);
    const waits = isFirst && isAlone ? "typing" : "segment";
    return this.#continue(() => this.#readChat(reader, waits));
  }

  #readChat(reader: ChatReader, waits: PlainWait): boolean {
    const bytes = this.#buffer.bytes;
    const result = reader.read(bytes, this.#isFinal);
    if (result === "incomplete") {
      return this.#hold(reader.isInBody ? "segment" : waits);
    }
    if (result === "text") {
      // One text: its segments could each begin like a CHAT again.
      this.#buffer.joinSegments();
      return this.#readTextFrom(
        Math.min(bytes.length, MAX_HEADER_BLOCK_BYTES),
      );
    }
    this.#buffer.drop(result.end);
    this.#takeChat(result.chat);
    return this.#continue(this.#begin);
  }

  #takeChat({ clientID, text }: PlainChat): void {
    this.#show(this.#rawText.flush());
    this.#isOpened = true;
    this.#chatReceived = true;
    this.#events.push({ type: "chat", clientID });
    this.#show(text);
  }

  /** Reads a MSG, which makes the direction framed if its head is whole. */
  #readFirstMessage(reader: FramedReader): boolean {
    const isHead = reader.readFirstHead(this.#buffer.bytes);
    if (isHead === undefined && !this.#isFinal) return this.#hold("segment");
    if (isHead !== true) return this.#readTextFrom(0);
    this.#framing = "framed";
    return this.#continue(() => this.#readFramed(reader));
  }

  /** Begins with a framed message behind `lineEnds` bytes of empty lines. */
  #beginFramed(lineEnds: number): boolean {
    this.#buffer.drop(lineEnds);
    const [first] = this.#buffer.bytes;
    if (first === undefined || (first === CR && this.#buffer.length === 1)) {
      return this.#hold("nothing");
    }
    const reader = new FramedReader();
    return this.#continue(() => this.#readFramed(reader));
  }

  #readFramed(reader: FramedReader): boolean {
    const message = reader.read(this.#buffer.bytes, this.#isFinal);
    if (message === undefined) {
      return this.#hold(reader.awaitsQuit ? "segment" : "nothing");
    }
    this.#buffer.drop(message.end);
    this.#takeFramed(message);
    return this.#continue(this.#begin);
  }

  #takeFramed({ method, lines, body }: FramedMessage): void {
    if (isPlainQuit(method)) this.#quit();
    else if (method === METHOD.chat) {
      this.#takeChat(decodePlainChat(lines, body, !this.#isOpened));
    } else if (method === METHOD.message) this.#show(body);
  }

  #readTextFrom(noChatBefore: number): true {
    this.#framing = "raw";
    this.#rawText.start(noChatBefore);
    return this.#continue(this.#readText);
  }

  #readText(): boolean {
    const result = this.#rawText.read(this.#buffer, this.#isFinal);
    if (result === undefined) return this.#hold("segment");
    this.#show(result.text);
    switch (result.before) {
      case "quit":
        return this.#quit();
      case "chat":
        return this.#startChat(false);
      case "segment":
        return this.#continue(this.#begin);
    }
  }

  #show(text: string): void {
    this.#events.push({ type: "text", text });
  }

  #quit(): false {
    this.#hasQuit = true;
    this.#events.push({ type: "quit" });
    return false;
  }
}
