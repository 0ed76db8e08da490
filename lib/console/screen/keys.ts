import process from "node:process";
import { PassThrough } from "node:stream";

/** What arrives at once and is longer than this was not typed. */
const LONGEST_TYPED = 32;

/** What a paste has nothing of: keys that do something. */
const ACTING = /[^\P{Cc}\t\r\n]/u;

/**
 * Standard input for a line editor that looks at each key: what is pasted goes
 * around it as a whole, since the editor draws the whole line for each key, and
 * a long paste would take it minutes.
 */
export class Keys extends PassThrough {
  /** Tells the line editor that there is a person. */
  readonly isTTY = true;
  readonly #decoder = new TextDecoder();
  readonly #onPaste: (text: string) => void;

  /** Reads from then on; `onPaste` gets what does not come as keys. */
  constructor(onPaste: (text: string) => void) {
    super();
    this.#onPaste = onPaste;
    process.stdin.on("data", this.#read);
    process.stdin.on("end", this.#end);
  }

  /** Has the terminal hand over each key, or each line. */
  setRawMode(mode: boolean): this {
    process.stdin.setRawMode(mode);
    return this;
  }

  /** Reads no more. */
  stop(): void {
    process.stdin.off("data", this.#read);
    process.stdin.off("end", this.#end);
    process.stdin.pause();
  }

  readonly #read = (bytes: Uint8Array) => {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text.length > LONGEST_TYPED && !ACTING.test(text)) this.#onPaste(text);
    else this.write(text);
  };

  readonly #end = () => {
    this.end();
  };
}
