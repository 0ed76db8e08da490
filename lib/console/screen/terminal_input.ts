import process from "node:process";
import { PassThrough } from "node:stream";

/** Input that arrives at once and is longer than this is a paste. */
const MAX_TYPED_CHARS = 32;

/** A key that does something, as an arrow key: no paste has one. */
const CONTROL_KEY = /[^\P{Cc}\t\r\n]/u;

/**
 * Standard input for a line editor. A paste goes around the editor, which
 * draws the whole line again for each key: a long paste would take it minutes.
 */
export class TerminalInput extends PassThrough {
  /** Tells the line editor that this is a terminal. */
  readonly isTTY = true;
  readonly #decoder = new TextDecoder();
  readonly #onPaste: (text: string) => void;

  /**
   * Reads from then on.
   *
   * @param onPaste Receives what is pasted; all else comes as keys.
   */
  constructor(onPaste: (text: string) => void) {
    super();
    this.#onPaste = onPaste;
    process.stdin.on("data", this.#onData);
    process.stdin.on("end", this.#onEnd);
  }

  /** Has the terminal deliver each key, or each line. */
  setRawMode(mode: boolean): this {
    process.stdin.setRawMode(mode);
    return this;
  }

  /** Stops reading. */
  stop(): void {
    process.stdin.off("data", this.#onData);
    process.stdin.off("end", this.#onEnd);
    process.stdin.pause();
  }

  readonly #onData = (bytes: Uint8Array) => {
    const text = this.#decoder.decode(bytes, { stream: true });
    const isPaste = text.length > MAX_TYPED_CHARS && !CONTROL_KEY.test(text);
    if (isPaste) this.#onPaste(text);
    else this.write(text);
  };

  readonly #onEnd = () => {
    this.end();
  };
}
