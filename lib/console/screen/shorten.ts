import { unitsOf } from "./columns.ts";

/** The longest line that is shown whole, in UTF-16 code units. */
const MAX_CHARS = 1000;

/** How much is shown of a longer one: of its beginning, and of its end. */
const SHOWN_CHARS = { start: 600, end: 200 } as const;

/**
 * Leaves out the middle of a long sanitized line: a reason that a peer or a
 * registry gives must not move all else off the screen, nor what stands behind
 * it, as what to do.
 */
export function shorten(line: string): string {
  if (line.length <= MAX_CHARS) return line;
  const units = unitsOf(line);
  const start = takeChars(units, SHOWN_CHARS.start);
  const end = takeChars(units.reverse(), SHOWN_CHARS.end).reverse();
  const left = line.length - charsOf(start) - charsOf(end);
  const note = `(${left.toLocaleString("en")} characters left out)`;
  return `${start.join("")} … ${note} … ${end.join("")}`;
}

/** The first units that have together at most so many UTF-16 code units. */
function takeChars(units: readonly string[], chars: number): string[] {
  let left = chars;
  return units.slice(0, units.findIndex((unit) => (left -= unit.length) < 0));
}

function charsOf(units: readonly string[]): number {
  return units.reduce((sum, { length }) => sum + length, 0);
}
