import process from "node:process";
import * as readline from "node:readline";
import { measureByUnicode } from "./display_position.ts";
import type { Position } from "./scrollback.ts";
import { terminalWidth } from "./rows_output.ts";
import { TerminalInput } from "./terminal_input.ts";

/** How many lines the arrow keys bring back. */
const HISTORY_LINES = 1000;

/** What a {@linkcode LineEditor} calls. */
export interface LineEditorHandlers {
  /**
   * Enter was pressed; the line ends at a position from where it began. What is
   * typed next waits a moment for what is returned.
   */
  readonly onLine: (line: string, end: Position) => Promise<void> | undefined;
  /** A key has left the line empty. */
  readonly onEmpty: () => void;
  /** The user leaves: Ctrl-C on an empty line, Ctrl-D, the end of the input. */
  readonly onLeave: () => void;
  /** Tab was pressed; returns the lines that the line can be completed to. */
  readonly complete: (line: string) => string[];
}

/** The line that is being typed, at the bottom of a terminal. */
export class LineEditor {
  readonly #input = new TerminalInput({
    onPaste: (text) => this.#paste(text),
    executed: () => this.#executed,
  });
  readonly #readline: readline.Interface;
  readonly #handlers: LineEditorHandlers;
  #isClosed = false;
  /** Resolves when the line that was entered last has been executed. */
  #executed: Promise<void> | undefined;
  /** Where the line ended when Enter was pressed. */
  #lineEnd: Position = { row: 0, column: 0 };

  /** Reads standard input from then on. */
  constructor(handlers: LineEditorHandlers) {
    this.#handlers = handlers;
    const lines = this.#readline = readline.createInterface({
      input: this.#input,
      output: process.stdout,
      terminal: true,
      completer: (line: string) => [handlers.complete(line), line],
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
    });
    measureByUnicode(lines, terminalWidth);
    // Completion pauses the input, although it takes no time, and Deno 2.5
    // then loses the next key.
    lines.pause = () => lines;
    // Before readline handles Enter, the line is as the user sees it.
    this.#input.prependListener("keypress", this.#onKey);
    this.#input.on("keypress", this.#afterKey);
    lines.on("line", (line) => {
      this.#executed = handlers.onLine(line, this.#lineEnd);
    });
    lines.on("SIGINT", () => this.#interrupt());
    lines.on("close", () => {
      this.#isClosed = true;
      handlers.onLeave();
    });
  }

  /** Whether nothing of a line has been typed. */
  get isEmpty(): boolean {
    return this.#readline.line === "";
  }

  /** How many rows the cursor is below the prompt. */
  get cursorRow(): number {
    return this.#readline.getCursorPos().rows;
  }

  /** Draws the prompt and the line; the cursor stays where it is in the line. */
  draw(prompt: string): void {
    this.#readline.setPrompt(prompt);
    this.#readline.prompt(true);
  }

  /**
   * Puts a line back, unless something has been typed.
   *
   * @returns Whether it has been put back.
   */
  restore(line: string): boolean {
    if (!this.isEmpty || this.#isClosed || this.#input.isWaiting) return false;
    this.#insert(line);
    return true;
  }

  /** Removes the prompt and the line from the screen, until the next draw. */
  erase(): void {
    const { stdout } = process;
    readline.moveCursor(stdout, 0, -this.cursorRow);
    readline.cursorTo(stdout, 0);
    readline.clearScreenDown(stdout);
  }

  /** Stops reading and gives the terminal back. */
  close(): void {
    this.#input.off("keypress", this.#onKey);
    this.#input.off("keypress", this.#afterKey);
    this.#readline.close();
    this.#input.stop();
  }

  readonly #onKey = (_: unknown, key?: { name?: string }) => {
    if (key?.name !== "return" && key?.name !== "enter") return;
    this.#moveToEnd();
    const { rows: row, cols: column } = this.#readline.getCursorPos();
    this.#lineEnd = { row, column };
  };

  readonly #afterKey = () => {
    if (this.isEmpty && !this.#isClosed) this.#handlers.onEmpty();
  };

  /** Enters each line of a paste but the last, which can be typed on. */
  #paste(text: string): void {
    const lines = text.replaceAll("\t", " ").split(/\r\n|\r|\n/);
    for (const [n, line] of lines.entries()) {
      if (n > 0) {
        const enter = { name: "return" };
        this.#onKey(undefined, enter);
        this.#readline.write(null, enter);
      }
      this.#insert(line);
    }
  }

  /** Inserts a text at the cursor, and draws the line once. */
  #insert(text: string): void {
    const { line, cursor } = this.#readline;
    Object.assign(this.#readline, {
      line: line.slice(0, cursor) + text + line.slice(cursor),
      cursor: cursor + text.length,
    });
    this.#readline.prompt(true);
  }

  /** Ctrl-C: clears the line, or leaves on an empty one. */
  #interrupt(): void {
    if (this.#readline.line === "") return this.#handlers.onLeave();
    this.#moveToEnd();
    this.#readline.write(null, { ctrl: true, name: "u" });
  }

  #moveToEnd(): void {
    this.#readline.write(null, { ctrl: true, name: "e" });
  }
}
