import process from "node:process";
import * as readline from "node:readline";
import type { ConsoleEvent, Show } from "./events.ts";
import type { Session } from "./session.ts";
import { visibleLines } from "./visible.ts";
import { label, type Words, wordsFor } from "./words.ts";
import { wrap } from "./wrap.ts";

const STYLES = {
  own: "\x1b[2m",
  other: "\x1b[36m",
  problem: "\x1b[31m",
} as const;
const PLAIN = "\x1b[0m";

/**
 * A person at a terminal. What happens is printed above the line that is being
 * typed, which stays as it is.
 */
export class Terminal {
  readonly #lines: readline.Interface;
  readonly #colour: boolean;
  #session: Session | undefined;

  /** @param colour Whether to use any. */
  constructor(colour: boolean) {
    this.#colour = colour;
    this.#lines = readline.createInterface({
      input: process.stdin,
      output: process.stdout,
      completer: (line: string) => [this.#session?.complete(line) ?? [], line],
      historySize: 1000,
      removeHistoryDuplicates: true,
    });
    // Completion pauses the input, although it takes no time, and Deno 2.5
    // then loses the next key.
    this.#lines.pause = () => this.#lines;
  }

  /** Prints an event above the line that is being typed. */
  readonly show: Show = (event) => {
    const words = wordsFor(event);
    if (words !== undefined) this.#print(this.#rows(event, words));
    else this.#prompt();
  };

  /** Does what the person says until they, or the session, end it. */
  async run(session: Session): Promise<void> {
    this.#session = session;
    this.#lines.on("line", (line) => {
      session.enter(line).then(() => this.#prompt());
      this.#prompt();
    });
    this.#lines.on("SIGINT", () => this.#interrupt(session));
    this.#lines.on("close", () => session.end());
    this.#prompt();
    await session.ended;
  }

  /** Gives the terminal back, at the beginning of an empty line. */
  close(): void {
    if (this.#session !== undefined) this.#clear();
    this.#session = undefined;
    this.#lines.close();
    process.stdin.pause();
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
  #rows(event: ConsoleEvent, { tone, line, items = [] }: Words): string[] {
    const width = (process.stdout.columns ?? 80) - 1;
    if (event.type !== "message") {
      const rows = [line, ...items.map((item) => `  ${item}`)]
        .flatMap((row) => wrap(row, width, "  "));
      return rows.map((row) => this.#style(tone, row));
    }
    const name = `${label(event.from)}> `;
    const indent = " ".repeat(Math.min(name.length, 20));
    const rows = visibleLines(event.text).flatMap((text, n) =>
      wrap(n === 0 ? name + text : indent + text, width, indent)
    );
    rows[0] = this.#style(tone, name) + rows[0].slice(name.length);
    return rows;
  }

  #style(tone: keyof typeof STYLES, text: string): string {
    return this.#colour ? STYLES[tone] + text + PLAIN : text;
  }
}
