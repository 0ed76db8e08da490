/** What a terminal obeys, or what turns the reading order around. */
const UNSAFE =
  /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;

/**
 * Text from outside, safe to print: control characters, escape sequences and
 * marks that reorder text are shown, not obeyed, and so are line ends.
 */
export function visible(text: string): string {
  return text.toWellFormed().replaceAll(UNSAFE, picture);
}

/**
 * {@linkcode visible} text in lines, for a message that has several.
 */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/** A picture of a character that has none: `␛`, or its number. */
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
