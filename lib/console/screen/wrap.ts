import { columnsOf, unitsOf } from "./columns.ts";

/**
 * Wraps a line into rows of a terminal, each but the first with a prefix; a
 * terminal would wrap it to its left edge. A row ends after a space if it has
 * one, else within a word, but not within an emoji, or between a character and
 * its combining marks.
 *
 * @param width The columns of a row.
 * @param prefix What each row but the first begins with: one column a character.
 */
export function wrap(line: string, width: number, prefix: string): string[] {
  const rows: string[] = [];
  let row = "";
  let used = 0;
  /** Where the last space of the row ends, and the columns up to there. */
  let space = { end: 0, used: 0 };
  for (const unit of unitsOf(line)) {
    const columns = columnsOf(unit);
    if (used + columns > width && used > prefix.length) {
      const fits = prefix.length + used - space.used + columns <= width;
      const cut = space.used > width / 2 && fits
        ? space
        : { end: row.length, used };
      rows.push(row.slice(0, cut.end));
      row = prefix + row.slice(cut.end);
      used += prefix.length - cut.used;
      space = { end: 0, used: 0 };
    }
    row += unit;
    used += columns;
    if (unit === " ") space = { end: row.length, used };
  }
  return [...rows, row];
}
