/**
 * Breaks a line into rows no wider than a terminal, each but the first indented:
 * a terminal would break it itself, but to its left edge.
 *
 * @param width How many columns there are.
 * @param indent What the further rows begin with.
 */
export function wrap(line: string, width: number, indent: string): string[] {
  const rows: string[] = [];
  let row = "";
  let used = 0;
  for (const character of line) {
    const columns = columnsOf(character);
    if (used + columns > width && used > indent.length) {
      rows.push(row);
      row = indent;
      used = indent.length;
    }
    row += character;
    used += columns;
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
