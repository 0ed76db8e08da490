import { type Incoming, type Outgoing, PeerError } from "../peer/mod.ts";
import {
  type ConsoleEvent,
  type MessageEvent,
  speakerIn,
  speakerOf,
} from "./events/mod.ts";
import { sanitize, sanitizeLines } from "./sanitize.ts";

/** The longest text that a terminal shows whole, and how much of another. */
const MESSAGE: Limits = {
  whole: { lines: 20, chars: 2000 },
  part: { lines: 10, chars: 1000 },
};

/** The same for a message in a list, which is one line. */
const ITEM: Limits = {
  whole: { lines: Infinity, chars: 500 },
  part: { lines: Infinity, chars: 400 },
};

/** How much of a text one `/show` shows. */
const PAGE: Size = { lines: 100, chars: 8000 };

/** How many folded texts are kept. */
const MAX_KEPT = 100;

/** The size of a text: its lines, and its UTF-16 code units. */
interface Size {
  readonly lines: number;
  readonly chars: number;
}

interface Limits {
  readonly whole: Size;
  readonly part: Size;
}

/** A text that was folded, and how much of it has been shown. */
interface Folded {
  readonly speaker: string;
  readonly text: string;
  shown: number;
}

/**
 * Folds long messages, so that one of them does not move all else off the
 * screen: only its beginning is shown, and `/show` shows the rest, page by page.
 */
export class Folding {
  readonly #kept = new Map<number, Folded>();
  #last = 0;

  /** An event as it is to be shown: its long texts end with how to see more. */
  fold(event: ConsoleEvent): ConsoleEvent {
    switch (event.type) {
      case "message":
        return { ...event, text: this.#foldMessage(event) };
      case "history":
        return {
          ...event,
          messages: event.messages.map((message) => ({
            ...message,
            text: this.#foldItem(message),
          })),
        };
      default:
        return event;
    }
  }

  /**
   * The next page of a text that was folded; after the last one the first.
   *
   * @param number Its number. Default: the one that was folded last.
   * @throws {PeerError} If there is none, or it is not kept any more.
   */
  show(number = this.#last): Extract<MessageEvent, { type: "shown" }> {
    const folded = this.#kept.get(number);
    if (folded === undefined) {
      throw new PeerError(
        this.#last === 0
          ? "no message was folded"
          : `no folded message ${number}: the last ${MAX_KEPT} are kept`,
      );
    }
    const { speaker, text, shown } = folded;
    const page = beginning(text.slice(shown), PAGE);
    const rest = text.slice(shown + page.length);
    folded.shown = rest === "" ? 0 : shown + page.length;
    return {
      type: "shown",
      number,
      speaker,
      text: rest === "" ? page : withMore(page, rest, number),
    };
  }

  #foldMessage(event: Extract<ConsoleEvent, { type: "message" }>): string {
    const text = printable(event.text);
    if (fits(text, MESSAGE.whole)) return text;
    const start = beginning(text, MESSAGE.part);
    const number = this.#keep(speakerIn(event), text, start.length);
    return withMore(start, text.slice(start.length), number);
  }

  #foldItem(message: Incoming | Outgoing): string {
    const text = sanitize(message.text);
    if (fits(text, ITEM.whole)) return text;
    const start = beginning(text, ITEM.part);
    const number = this.#keep(speakerOf(message), printable(message.text), 0);
    return `${start} ${more(text.slice(start.length), number)}`;
  }

  #keep(speaker: string, text: string, shown: number): number {
    const number = ++this.#last;
    this.#kept.set(number, { speaker, text, shown });
    this.#kept.delete(number - MAX_KEPT);
    return number;
  }
}

/** A text as the screen shows it, on which its length depends. */
function printable(text: string): string {
  return sanitizeLines(text).join("\n");
}

function fits(text: string, size: Size): boolean {
  return beginning(text, size).length === text.length;
}

/** As much of a text as fits, without half a character at its end. */
function beginning(text: string, { lines, chars }: Size): string {
  let end = Math.min(text.length, chars);
  let line = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < end;) {
    if (++line === lines) end = at + 1;
    at = text.indexOf("\n", at + 1);
  }
  const start = text.slice(0, end);
  return end < text.length ? start.replace(/[\ud800-\udbff]$/, "") : start;
}

/** The beginning of a text, and a line about the rest. */
function withMore(start: string, rest: string, number: number): string {
  return `${start.replace(/\n$/, "")}\n${more(rest, number)}`;
}

/** What follows, and how to see it. */
function more(rest: string, number: number): string {
  const lines = rest.split("\n").length;
  const count = lines > 1
    ? `${lines.toLocaleString("en")} more lines`
    : `${rest.length.toLocaleString("en")} more characters`;
  return `… ${count}: /show ${number}`;
}
