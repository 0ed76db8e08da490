/**
 * Wraps a line into rows of a terminal, each but the first indented; a terminal
 * would wrap it to its left edge. A row ends after a space if it has one, else
 * within a word.
 *
 * @param width The columns of a row.
 * @param indent The text that each row but the first begins with.
 */
export function wrap(line: string, width: number, indent: string): string[] {
  const rows: string[] = [];
  let row = "";
  let used = 0;
  /** Where the last space of the row ends, and the columns up to there. */
  let space = { end: 0, used: 0 };
  for (const character of line) {
    const columns = columnsOf(character);
    if (used + columns > width && used > indent.length) {
      const fits = indent.length + used - space.used + columns <= width;
      const cut = space.used > width / 2 && fits
        ? space
        : { end: row.length, used };
      rows.push(row.slice(0, cut.end));
      row = indent + row.slice(cut.end);
      used += indent.length - cut.used;
      space = { end: 0, used: 0 };
    }
    row += character;
    used += columns;
    if (character === " ") space = { end: row.length, used };
  }
  return [...rows, row];
}

/**
 * At most how many columns a character takes: one for what is surely narrow,
 * two for the rest. Rows that are too short do no harm.
 */
function columnsOf(character: string): number {
  return character < "\u1100" || character >= "\u2000" && character < "\u2e80"
    ? 1
    : 2;
}
