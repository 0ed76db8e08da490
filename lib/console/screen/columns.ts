import { unicodeWidth } from "@std/cli/unicode-width";

/** A character that takes no column of its own, wherever it stands in a text. */
const MARK = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Chooses the form of an emoji that is two columns wide. */
const EMOJI_STYLE = "\ufe0f";

/** What some terminals show in two columns, whatever Unicode says. */
const SOMETIMES_WIDE =
  /^[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Co}\p{Cn}]$/u;

/** An emoji, or any character, each with its combining marks. */
const UNIT = /\p{RGI_Emoji}[\p{Mn}\p{Me}]*|.[\p{Mn}\p{Me}]*/gsv;

/** The pieces of a text that no row breaks. */
export function unitsOf(text: string): string[] {
  return text.match(UNIT) ?? [];
}

/**
 * At most how many columns a sanitized text takes: terminals differ, and a row
 * that is too short does no harm.
 */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  if (character < "\u007f") return 1;
  if (character === EMOJI_STYLE) return 1;
  if (MARK.test(character)) return 0;
  if (SOMETIMES_WIDE.test(character)) return 2;
  return Math.max(1, unicodeWidth(character));
}
