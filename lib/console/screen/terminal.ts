import process from "node:process";
import * as readline from "node:readline";
import { Keys } from "./keys.ts";
import type { ConsoleEvent, EventSink } from "../events/mod.ts";
import { type Block, type Place, Scrollback } from "./scrollback.ts";
import type { Session } from "../session.ts";
import { sanitizeLines } from "../sanitize.ts";
import {
  DELIVERY_MARKS,
  label,
  render,
  type Rendering,
} from "../events/mod.ts";
import { wrap } from "./wrap.ts";

const STYLES = {
  status: "\x1b[2m",
  peer: "\x1b[36m",
  problem: "\x1b[31m",
} as const;
const PLAIN = "\x1b[0m";

/**
 * A person at a terminal. What happens is printed above the line that is being
 * typed, which stays as it is.
 */
export class Terminal {
  readonly #keys = new Keys((text) => this.#paste(text));
  readonly #lines: readline.Interface;
  readonly #colour: boolean;
  readonly #scrollback = new Scrollback();
  /** The typed messages that have not been taken yet, oldest first. */
  readonly #typed: Block[] = [];
  /** The messages whose marks may still change, by ID. */
  readonly #marked = new Map<string, Block>();
  /** Where the line ended that Enter was pressed on. */
  #lineEnd: Place = { row: 0, column: 0 };
  #session: Session | undefined;

  /**
   * A terminal that shows nothing yet.
   *
   * @param colour Whether to use any.
   */
  constructor(colour: boolean) {
    this.#colour = colour;
    this.#lines = readline.createInterface({
      input: this.#keys,
      output: process.stdout,
      terminal: true,
      completer: (line: string) => [this.#session?.complete(line) ?? [], line],
      historySize: 1000,
      removeHistoryDuplicates: true,
    });
    // Completion pauses the input, although it takes no time, and Deno 2.5
    // then loses the next key.
    this.#lines.pause = () => this.#lines;
  }

  /** Prints an event above the line that is being typed. */
  readonly write: EventSink = (event) => {
    const rendering = render(event);
    if (rendering !== undefined) this.#print(this.#rows(event, rendering));
    else this.#prompt();
    if (event.type === "sent") this.#took(event.id);
    else if (event.type === "left") this.#mark(event.id, DELIVERY_MARKS.left);
    else if (event.type === "delivered") {
      this.#mark(event.id, DELIVERY_MARKS.delivered);
      this.#marked.delete(event.id);
    }
  };

  /** Does what the person says until they, or the session, end it. */
  async run(session: Session): Promise<void> {
    this.#session = session;
    // Before the line editor sees a key, the line is as the person sees it.
    this.#keys.prependListener("keypress", this.#onKey);
    process.stdout.on("resize", this.#onResize);
    this.#lines.on("line", (line) => this.#enter(session, line));
    this.#lines.on("SIGINT", () => this.#interrupt(session));
    this.#lines.on("close", () => session.end());
    this.#prompt();
    await session.ended;
  }

  /** Gives the terminal back, at the beginning of an empty line. */
  close(): void {
    if (this.#session !== undefined) this.#clear();
    this.#session = undefined;
    this.#keys.off("keypress", this.#onKey);
    process.stdout.off("resize", this.#onResize);
    this.#lines.close();
    this.#keys.stop();
  }

  readonly #onKey = (_: unknown, key?: { name?: string }) => {
    if (key?.name !== "return" && key?.name !== "enter") return;
    this.#lines.write(null, { ctrl: true, name: "e" });
    const { rows: row, cols: column } = this.#lines.getCursorPos();
    this.#lineEnd = { row, column };
  };

  /** Puts in what was pasted: each of its lines is one that was typed. */
  #paste(text: string): void {
    const lines = text.replaceAll("\t", " ").split(/\r\n|\r|\n/);
    for (const [n, line] of lines.entries()) {
      if (n > 0) {
        const enter = { name: "return" };
        this.#onKey(undefined, enter);
        this.#lines.write(null, enter);
      }
      this.#insert(line);
    }
  }

  /** Puts a text in where the cursor is, and draws the line once. */
  #insert(text: string): void {
    const { line, cursor } = this.#lines;
    Object.assign(this.#lines, {
      line: line.slice(0, cursor) + text + line.slice(cursor),
      cursor: cursor + text.length,
    });
    this.#prompt();
  }

  readonly #onResize = () => this.#scrollback.clear();

  /** Takes a line; the mark of a message is to stand behind it. */
  #enter(session: Session, line: string): void {
    const { row, column } = this.#lineEnd;
    const isMessage = session.isMessage(line);
    const hasRoom = column + 4 < (process.stdout.columns ?? 80);
    const block: Block = {
      rows: row + (isMessage && !hasRoom ? 2 : 1),
      place: hasRoom
        ? { row, column: column + 1 }
        : { row: row + 1, column: 0 },
    };
    if (isMessage && !hasRoom) process.stdout.write("\n");
    this.#scrollback.add(block);
    if (isMessage) this.#typed.push(block);
    session.enter(line).then(() => {
      // A message that was refused gets no mark.
      if (this.#typed[0] === block) this.#typed.shift();
      this.#prompt();
    });
    this.#prompt();
  }

  /** The oldest typed message is on its way, under an ID. */
  #took(id: string | undefined): void {
    const block = this.#typed.shift();
    if (block === undefined || id === undefined) return;
    this.#marked.set(id, block);
    this.#mark(id, DELIVERY_MARKS.queued);
  }

  /** Writes the mark of a message where the message stands, if it still does. */
  #mark(id: string, mark: string): void {
    const block = this.#marked.get(id);
    const place = block && this.#scrollback.find(block);
    if (place === undefined) return;
    const up = place.up + this.#lines.getCursorPos().rows;
    if (up >= (process.stdout.rows ?? 24)) return;
    const styled = this.#style("status", mark);
    process.stdout.write(
      `\x1b7\x1b[${up}A\x1b[${place.column + 1}G${styled}\x1b8`,
    );
  }

  /** Ctrl-C: clears the line, or leaves where there is none. */
  #interrupt(session: Session): void {
    if (this.#lines.line === "") return session.end();
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
  }

  #prompt(): void {
    const session = this.#session;
    if (session === undefined) return;
    const { clientID, target } = session;
    const whom = target === undefined ? "" : ` → ${label(target)}`;
    this.#lines.setPrompt(`${clientID}${whom}> `);
    this.#lines.prompt(true);
  }

  #print(rows: string[]): void {
    const above = this.#session === undefined ? 0 : this.#clear();
    // The prompt is drawn as many rows further up as it was before.
    process.stdout.write(rows.join("\n") + "\n".repeat(above + 1));
    this.#scrollback.add({ rows: rows.length });
    this.#prompt();
  }

  /** Removes the line that is being typed; how many rows the cursor was down. */
  #clear(): number {
    const output = process.stdout;
    const { rows: above } = this.#lines.getCursorPos();
    readline.moveCursor(output, 0, -above);
    readline.cursorTo(output, 0);
    readline.clearScreenDown(output);
    return above;
  }

  /**
   * The rows of an event. A message has its lines and its long lines broken
   * under its sender's name, so that none can look like somebody else's.
   */
  #rows(event: ConsoleEvent, { style, line, items = [] }: Rendering): string[] {
    const width = (process.stdout.columns ?? 80) - 1;
    if (event.type !== "message") {
      const rows = [line, ...items.map((item) => `  ${item}`)]
        .flatMap((row) => wrap(row, width, "  "));
      return rows.map((row) => this.#style(style, row));
    }
    const name = `${label(event.from)}> `;
    const indent = " ".repeat(Math.min(name.length, 20));
    const [first = "", ...rest] = sanitizeLines(event.text).flatMap((text, n) =>
      wrap(n === 0 ? name + text : indent + text, width, indent)
    );
    return [this.#style(style, name) + first.slice(name.length), ...rest];
  }

  #style(style: keyof typeof STYLES, text: string): string {
    return this.#colour ? STYLES[style] + text + PLAIN : text;
  }
}
