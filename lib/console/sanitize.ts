/** Control characters, and characters that change the reading direction. */
const UNSAFE =
  /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * Makes text from outside safe to print: control characters, escape sequences,
 * line ends and bidirectional marks are replaced by a visible form, so that the
 * terminal does not execute them.
 */
export function sanitize(text: string): string {
  return text.toWellFormed().replaceAll(UNSAFE, visibleForm);
}

/** The lines of a text, each {@linkcode sanitize}d. */
export function sanitizeLines(text: string): string[] {
  return text.split(/\r?\n/).map(sanitize);
}

/** The control picture of a character, such as `␛`, or its code point. */
function visibleForm(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
