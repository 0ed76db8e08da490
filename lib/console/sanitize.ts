/** The most combining marks that one character keeps. */
const MAX_MARKS = 4;

/** Combining marks that take no column: without a limit they cover other rows. */
const MARK = String.raw`[[\p{Mn}\p{Me}]--\p{Default_Ignorable_Code_Point}]`;

/**
 * Control characters, unpaired surrogates, line separators, and what is
 * invisible or changes the reading direction: all format characters.
 */
const HIDDEN = String
  .raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;

/** Marks that combine with no character of the text, or are too many. */
const LOOSE_MARK = String
  .raw`(?<=^${MARK}{0,${MAX_MARKS}}|${HIDDEN}${MARK}{0,${MAX_MARKS}})${MARK}` +
  `|(?<=${MARK}{${MAX_MARKS}})${MARK}`;

/** What is unsafe to print, and emoji, whose invisible parts are not. */
const EMOJI_OR_UNSAFE = new RegExp(
  String.raw`(\p{RGI_Emoji})|${HIDDEN}|${LOOSE_MARK}`,
  "gv",
);

/** A text that has nothing unsafe, as most do. */
const SAFE = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482]*$/;

/**
 * Makes text from outside safe to print: control characters, line ends,
 * invisible characters, those that change the reading direction, and combining
 * marks beyond four a character become visible, as `<U+200B>`, so that the
 * terminal does not execute them and the user sees them. Emoji stay whole.
 */
export function sanitize(text: string): string {
  return replaceUnsafe(text, visibleForm);
}

/** The lines of a text, each {@linkcode sanitize}d. */
export function sanitizeLines(text: string): string[] {
  return text.split(/\r?\n/).map(sanitize);
}

/**
 * Escapes in a JSON text what {@linkcode sanitize} would make visible. A parser
 * reads the same as without.
 */
export function escapeJSON(json: string): string {
  return replaceUnsafe(
    json,
    (character) =>
      character.split("").map((unit) =>
        String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
      ).join(""),
  );
}

/** Replaces each unsafe character by what `form` makes of it. */
function replaceUnsafe(
  text: string,
  form: (character: string) => string,
): string {
  if (SAFE.test(text)) return text;
  return text.replace(
    EMOJI_OR_UNSAFE,
    (found, emoji: string | undefined) => emoji ?? form(found),
  );
}

/** The control picture of a character, such as `␛`, or its code point. */
function visibleForm(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
