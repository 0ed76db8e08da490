/** Whether a token may contain the ASCII character with a code. */
const IS_TOKEN_CHARACTER: readonly boolean[] = Array.from(
  { length: 128 },
  (_, code) => /[A-Za-z0-9_-]/.test(String.fromCharCode(code)),
);

const HYPHEN = 45;
const UNDERSCORE = 95;

/**
 * Whether a text can be a start line or a header's name: a letter or digit, then
 * letters, digits, `_` and `-` (PROTOCOL.md, "Messages"). It is called for each
 * header of each message, so it is a loop and not a regular expression.
 */
export function isToken(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === HYPHEN || first === UNDERSCORE) return false;
  for (let i = 0; i < text.length; i++) {
    if (IS_TOKEN_CHARACTER[text.charCodeAt(i)] !== true) return false;
  }
  return text.length > 0;
}
