import { FramingError, MessageReader } from "../../framing/mod.ts";
import { METHOD, RAW_QUIT, RAW_QUIT_BEGUN } from "../../protocol/mod.ts";

/** What the first bytes on a plain peer link look like. */
export type Sight =
  /** No bytes. */
  | "nothing"
  /** The beginning of what may be one of the methods. */
  | "beginning"
  /** An empty line. */
  | "empty line"
  | "chat"
  | "text"
  | "quit"
  | "raw";

const METHODS = [METHOD.chat, METHOD.message, METHOD.quit];
/** Most text held back for a goodbye, in UTF-16 units. */
const HELD = 64 * 1024;

/**
 * Tells a method of the plain peer link from raw text by the first bytes.
 *
 * @param opened Whether the link was opened with `CHAT`: without it there are
 * no other methods, and no empty lines that mean anything, but the goodbye.
 */
export function lookAt(bytes: Uint8Array, opened: boolean): Sight {
  if (bytes.length === 0) return "nothing";
  const text = String.fromCharCode(...bytes.subarray(0, 6));
  if (/^\r?\n/.test(text)) return opened ? "empty line" : "raw";
  const [, method, lineEnd = ""] = /^([A-Z]*)(\r?\n?)/.exec(text) ?? [];
  if (lineEnd.endsWith("\n")) {
    if (method === METHOD.message) return opened ? "text" : "raw";
    if (method === METHOD.chat) return lookAtHead("chat", bytes);
    if (method === METHOD.quit) return lookAtHead("quit", bytes);
  }
  const begun = METHODS.some((method) => `${method}\r`.startsWith(text));
  return begun || text === "\r" ? "beginning" : "raw";
}

function lookAtHead(method: "chat" | "quit", bytes: Uint8Array): Sight {
  const reader = new MessageReader();
  reader.push(bytes);
  try {
    return reader.next() === undefined ? "beginning" : method;
  } catch (error) {
    if (error instanceof FramingError) return "raw";
    throw error;
  }
}

/**
 * Raw text both ways, as existing programs send it: what arrives together is
 * one message, `QUIT` and an empty line are the goodbye.
 */
export class RawText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #encoder = new TextEncoder();
  #text = "";
  /** How the other side ends its messages, so that ours look the same to it. */
  #lineEnd = "";
  #quit = false;

  /** Whether the goodbye has arrived. */
  get quit(): boolean {
    return this.#quit;
  }

  /** Whether what has arrived may end in a goodbye of which more must come. */
  get mayEndInQuit(): boolean {
    return !this.#quit && this.#text.length < HELD &&
      RAW_QUIT_BEGUN.test(this.#text);
  }

  /** Takes in bytes that have arrived. */
  push(bytes: Uint8Array): void {
    this.#text += this.#decoder.decode(bytes, { stream: true });
    if (!RAW_QUIT.test(this.#text)) return;
    this.#quit = true;
    this.#text = this.#text.replace(RAW_QUIT, "");
  }

  /** The message that has arrived, without its line end; it may be empty. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    const lineEnd = /\r?\n$/.exec(text)?.[0] ?? "";
    if (text !== "" && !this.#quit) this.#lineEnd = lineEnd;
    return lineEnd === "" ? text : text.slice(0, -lineEnd.length);
  }

  /** The bytes of a message, with the line end that the other side uses. */
  encode(text: string): Uint8Array {
    return this.#encoder.encode(text + this.#lineEnd);
  }
}
