import process from "node:process";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers";
import { withTimeout } from "../../async/mod.ts";

/** Input that arrives at once and is longer than this is a paste. */
const MAX_TYPED_CHARS = 32;

/** How long what is typed waits for the line before it to be executed, in ms. */
const EXECUTION_WAIT_MS = 500;

/** A line with its end, or what is left. */
const LINE = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g;

/** A key that does something, as an arrow key: no paste has one. */
const CONTROL_KEY = /[^\P{Cc}\t\r\n]/u;

/** Where the input goes, and what it waits for. */
export interface TerminalInputHandlers {
  /** Receives what is pasted; all else comes as keys. */
  readonly onPaste: (text: string) => void;
  /** Resolves when the last line has been executed. */
  readonly executed: () => Promise<void> | undefined;
}

/** What arrived at once, up to the end of a line; or the end of the input. */
type Piece = { readonly text: string; readonly isPaste: boolean } | "end";

/**
 * Standard input for a line editor. What follows a line waits a moment until
 * that has been executed, so that it is typed at the prompt that the line leaves.
 * A paste goes around the editor, which draws the whole line again for each key:
 * a long paste would take it minutes.
 */
export class TerminalInput extends PassThrough {
  /** Tells the line editor that this is a terminal. */
  readonly isTTY = true;
  readonly #decoder = new TextDecoder();
  readonly #handlers: TerminalInputHandlers;
  /** What waits for a line to be executed. */
  readonly #waiting: Piece[] = [];
  #isFeeding = false;
  #isStopped = false;

  /** Reads from then on. */
  constructor(handlers: TerminalInputHandlers) {
    super();
    this.#handlers = handlers;
    process.stdin.on("data", this.#onData);
    process.stdin.on("end", this.#onEnd);
  }

  /** Has the terminal deliver each key, or each line. */
  setRawMode(mode: boolean): this {
    process.stdin.setRawMode(mode);
    return this;
  }

  /** Whether there is input that the editor has not received yet. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Stops reading. */
  stop(): void {
    this.#isStopped = true;
    process.stdin.off("data", this.#onData);
    process.stdin.off("end", this.#onEnd);
    process.stdin.pause();
  }

  readonly #onData = (bytes: Uint8Array) => {
    const text = this.#decoder.decode(bytes, { stream: true });
    const isPaste = text.length > MAX_TYPED_CHARS && !CONTROL_KEY.test(text);
    for (const [line] of text.matchAll(LINE)) {
      this.#waiting.push({ text: line, isPaste });
    }
    this.#feed();
  };

  readonly #onEnd = () => {
    this.#waiting.push("end");
    this.#feed();
  };

  async #feed(): Promise<void> {
    if (this.#isFeeding) return;
    this.#isFeeding = true;
    for (
      let piece = this.#waiting.shift();
      piece !== undefined && !this.#isStopped;
      piece = this.#waiting.shift()
    ) {
      if (piece === "end") this.end();
      else if (piece.isPaste) this.#handlers.onPaste(piece.text);
      else this.write(piece.text);
      if (piece !== "end" && /[\r\n]$/.test(piece.text)) await this.#executed();
    }
    this.#isFeeding = false;
  }

  /** Waits a moment for the last line to be executed. */
  async #executed(): Promise<void> {
    // The stream may hand the line over in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    const executed = this.#handlers.executed();
    if (executed !== undefined) await withTimeout(executed, EXECUTION_WAIT_MS);
  }
}
