import { FramingError, MessageReader } from "../../framing/mod.ts";
import { METHOD } from "../../protocol/mod.ts";

/** What the first bytes on a plain peer link are. */
export type InputKind =
  /** No bytes. */
  | "none"
  /** The beginning of what may be a method or an empty line. */
  | "incomplete"
  /** An empty line. */
  | "emptyLine"
  /** A CHAT. */
  | "chat"
  /** The beginning of a MSG. */
  | "text"
  /** A QUIT. */
  | "quit"
  /** Raw text. */
  | "raw";

const METHODS = [METHOD.chat, METHOD.message, METHOD.quit];

/** How many bytes the longest method and its line end have. */
const MAX_METHOD_BYTES = 6;

/**
 * Tells the methods of the plain peer link from raw text by the first bytes
 * (PROTOCOL.md, "The plain peer link").
 *
 * @param isOpened Whether either side has sent CHAT. Before that neither MSG nor
 * an empty line has a meaning: both are raw text.
 */
export function classifyInput(bytes: Uint8Array, isOpened: boolean): InputKind {
  if (bytes.length === 0) return "none";
  const text = String.fromCharCode(...bytes.subarray(0, MAX_METHOD_BYTES));
  if (/^\r?\n/.test(text)) return isOpened ? "emptyLine" : "raw";
  const [, method, lineEnd = ""] = /^([A-Z]*)(\r?\n?)/.exec(text) ?? [];
  if (lineEnd.endsWith("\n")) {
    if (method === METHOD.message) return isOpened ? "text" : "raw";
    if (method === METHOD.chat) return classifyMessage(bytes, "chat");
    if (method === METHOD.quit) return classifyMessage(bytes, "quit");
  }
  const mayBeMethod = METHODS.some((method) => `${method}\r`.startsWith(text));
  return mayBeMethod || text === "\r" ? "incomplete" : "raw";
}

/** The kind, if the bytes are a whole message. */
function classifyMessage(bytes: Uint8Array, kind: "chat" | "quit"): InputKind {
  const reader = new MessageReader();
  reader.push(bytes);
  try {
    return reader.next() === undefined ? "incomplete" : kind;
  } catch (error) {
    if (error instanceof FramingError) return "raw";
    throw error;
  }
}
