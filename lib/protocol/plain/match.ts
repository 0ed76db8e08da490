const LF = 10;
const CR = 13;

/**
 * Whether bytes have a certain text at an offset: the offset behind it,
 * `partial` if they end within it, or `no`.
 */
export type Match = number | "partial" | "no";

/** Matches a word of ASCII, in this case. */
export function matchWord(bytes: Uint8Array, at: number, word: string): Match {
  const length = Math.min(word.length, bytes.length - at);
  for (let i = 0; i < length; i++) {
    if (bytes[at + i] !== word.charCodeAt(i)) return "no";
  }
  return length < word.length ? "partial" : at + length;
}

/** Matches a line end: LF, or CR and LF. */
export function matchLineEnd(bytes: Uint8Array, at: number): Match {
  const lf = bytes[at] === CR ? at + 1 : at;
  if (lf >= bytes.length) return "partial";
  return bytes[lf] === LF ? lf + 1 : "no";
}

/** Matches a word and the end of its line. */
export function matchLine(bytes: Uint8Array, at: number, word: string): Match {
  const end = matchWord(bytes, at, word);
  return typeof end === "number" ? matchLineEnd(bytes, end) : end;
}
