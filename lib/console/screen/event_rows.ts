import { type ConsoleEvent, label, type Rendering } from "../events/mod.ts";
import { sanitizeLines } from "../sanitize.ts";
import { wrap } from "./wrap.ts";

/** The longest indent of a message's further rows, in columns. */
const MAX_INDENT_COLUMNS = 20;

/** Gives text the style of an event. */
export type Styler = (style: Rendering["style"], text: string) => string;

/**
 * The rows of an event on the screen. The further rows of a message are indented
 * under its sender's name, so that none can look like another sender's message.
 *
 * @param width How many columns a row may have.
 */
export function rowsOf(
  event: ConsoleEvent,
  { style, line, items = [] }: Rendering,
  width: number,
  styled: Styler,
): string[] {
  if (event.type !== "message") {
    return [line, ...items.map((item) => `  ${item}`)]
      .flatMap((row) => wrap(row, width, "  "))
      .map((row) => styled(style, row));
  }
  const name = `${label(event.from)}> `;
  const indent = " ".repeat(Math.min(name.length, MAX_INDENT_COLUMNS));
  const [first = "", ...rest] = sanitizeLines(event.text).flatMap((text, n) =>
    wrap(n === 0 ? name + text : indent + text, width, indent)
  );
  return [styled(style, name) + first.slice(name.length), ...rest];
}
