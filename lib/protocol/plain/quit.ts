import { METHOD } from "../methods.ts";
import { type Match, matchLineEnd, matchWord } from "./match.ts";

const LF = 10;
const SLASH = 47;
const COLON = 58;

/** The word that some programs use in place of QUIT. */
const SLASH_QUIT = "/quit";

const decoder = new TextDecoder();

/** Whether a line is QUIT, in one of its forms on a plain link. */
export function isPlainQuit(line: string): boolean {
  return line === METHOD.quit || line === SLASH_QUIT;
}

/**
 * Matches QUIT within raw text, in any form that existing programs give it
 * (PROTOCOL.md, "The plain peer link").
 *
 * @param bytes The text from the start of its message on.
 * @param at Where QUIT would begin: at a `Q` or a `/`.
 * @param isFinal Whether nothing follows the bytes. Otherwise the match is
 * `partial` where that which follows decides.
 */
export function matchPlainQuit(
  bytes: Uint8Array,
  at: number,
  isFinal: boolean,
): Match {
  const word = bytes[at] === SLASH ? SLASH_QUIT : METHOD.quit;
  let match = matchWord(bytes, at, word);
  if (match === "no") return "no";
  const place = placeOf(bytes, at, word);
  if (place === "other") return "no";
  const isWhole = match !== "partial";
  for (let n = place === "blank" ? 2 : 1; n > 0; n--) {
    if (typeof match === "number") match = matchLineEnd(bytes, match);
  }
  if (match !== "partial" || !isFinal) return match;
  const needsLineEnd = place === "blank" ||
    (place === "text" && word === SLASH_QUIT);
  return isWhole && !needsLineEnd ? bytes.length : "no";
}

/** What QUIT stands behind; behind `other` it is a part of the text. */
type Place = "line" | "text" | "blank" | "other";

function placeOf(bytes: Uint8Array, at: number, word: string): Place {
  if (at === 0 || bytes[at - 1] === LF) return "line";
  const before = textBefore(bytes, at);
  if (/\s$/u.test(before)) return word === SLASH_QUIT ? "other" : "blank";
  if (/\p{Lu}$/u.test(before)) return "other";
  return word === SLASH_QUIT && isInPath(bytes, at) ? "other" : "text";
}

/** The character before an offset, or a text that ends with it. */
function textBefore(bytes: Uint8Array, at: number): string {
  // A character has at most four bytes.
  return decoder.decode(bytes.subarray(Math.max(0, at - 4), at));
}

/** Whether the text before an offset, up to a blank, has a slash or colon. */
function isInPath(bytes: Uint8Array, at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const byte = bytes[i] ?? 0;
    if (byte === SLASH || byte === COLON) return true;
    // ASCII: tab to CR, and space.
    if (byte === 32 || (byte >= 9 && byte <= 13)) return false;
  }
  return false;
}
