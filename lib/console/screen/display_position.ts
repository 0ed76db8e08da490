import { unicodeWidth } from "@std/cli/unicode-width";
import type { Interface } from "node:readline";

/** What readline calls the method that measures a text. */
const MEASURE = "_getDisplayPos";

/**
 * Has readline measure by the widths of today's Unicode: that of Deno 2.5 takes
 * ✅ for one column wide, and puts the cursor beside where it belongs.
 *
 * @param columns How many columns the terminal has.
 */
export function measureByUnicode(
  lines: Interface,
  columns: () => number,
): void {
  const symbol = symbolOf(lines, MEASURE);
  if (symbol === undefined) return;
  Object.defineProperty(lines, symbol, {
    value: (text: string) => displayPosition(text, columns()),
  });
}

/** Where the cursor stands behind a text, from where the text begins. */
export function displayPosition(
  text: string,
  columns: number,
): { cols: number; rows: number } {
  let at = 0;
  for (const character of text) {
    const width = unicodeWidth(character);
    // A wide character does not begin in the last column.
    if (width === 2 && at % columns === columns - 1) at++;
    at += width;
  }
  return { cols: at % columns, rows: Math.floor(at / columns) };
}

/** The symbol of a method of an object, by its description. */
function symbolOf(object: object, description: string): symbol | undefined {
  for (
    let prototype = Object.getPrototypeOf(object);
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const symbol = Object.getOwnPropertySymbols(prototype)
      .find((symbol) => symbol.description === description);
    if (symbol !== undefined) return symbol;
  }
  return undefined;
}
