import { RAW_QUIT, RAW_QUIT_BEGUN } from "../../protocol/mod.ts";

/** Most text that is held back because it may end in QUIT, in UTF-16 units. */
const MAX_HELD_TEXT = 64 * 1024;

/**
 * Raw text both ways, as existing programs send it: the bytes that arrive
 * together are one message, and QUIT with an empty line is the end.
 */
export class RawText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  #text = "";
  /** How the peer ends its messages: those to it end in the same way. */
  #lineEnd = "";
  #quit = false;

  /** Whether QUIT has arrived. */
  get quit(): boolean {
    return this.#quit;
  }

  /** Whether what has arrived may end in the beginning of QUIT. */
  get mayEndInQuit(): boolean {
    return !this.#quit && this.#text.length < MAX_HELD_TEXT &&
      RAW_QUIT_BEGUN.test(this.#text);
  }

  /** Adds bytes that have arrived. */
  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    if (!RAW_QUIT.test(this.#text)) return;
    this.#quit = true;
    this.#text = this.#text.replace(RAW_QUIT, "");
  }

  /** Takes the message that has arrived, without its line end; may be empty. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    const lineEnd = /\r?\n$/.exec(text)?.[0] ?? "";
    if (text !== "" && !this.#quit) this.#lineEnd = lineEnd;
    return lineEnd === "" ? text : text.slice(0, -lineEnd.length);
  }

  /** The bytes of a message to the peer, with the line end that it uses. */
  encode(text: string): Uint8Array {
    return this.#encoder.encode(text + this.#lineEnd);
  }
}
