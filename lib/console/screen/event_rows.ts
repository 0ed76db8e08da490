import { type ConsoleEvent, type Rendering, speakerIn } from "../events/mod.ts";
import { sanitizeLines } from "../sanitize.ts";
import { columnsOf } from "./columns.ts";
import { shorten } from "./shorten.ts";
import { wrap } from "./wrap.ts";

/**
 * What each row begins with that goes on with the row before. No event begins
 * with it, and no text reaches the left edge: so none can look like an event.
 */
export const CONTINUATION_MARK = "│";

/** The longest indent of a message's further rows, in columns. */
const MAX_INDENT_COLUMNS = 20;

/** Gives text the style of an event. */
export type Styler = (style: Rendering["style"], text: string) => string;

/**
 * The rows of an event on the screen. The further rows of a message stand under
 * its first one, behind the name of its sender.
 *
 * @param width How many columns a row may have.
 */
export function rowsOf(
  event: ConsoleEvent,
  { style, line, items = [] }: Rendering,
  width: number,
  styled: Styler,
): string[] {
  const spoken = spokenIn(event);
  if (spoken === undefined) {
    return [
      ...wrap(shorten(line), width, prefix(2)),
      ...items.flatMap((item) => wrap(`  ${shorten(item)}`, width, prefix(4))),
    ].map((row) => styled(style, row));
  }
  const { speaker, text } = spoken;
  const further = prefix(
    Math.min(columnsOf(speaker), MAX_INDENT_COLUMNS, Math.floor(width / 2)),
  );
  const [first = "", ...rest] = sanitizeLines(text).flatMap((line, n) =>
    wrap((n === 0 ? speaker : further) + line, width, further)
  );
  return [
    styled(style, speaker) + first.slice(speaker.length),
    ...rest.map((row) =>
      styled("status", CONTINUATION_MARK) + row.slice(CONTINUATION_MARK.length)
    ),
  ];
}

/** The text of a message, and what stands before it; undefined for others. */
function spokenIn(
  event: ConsoleEvent,
): { readonly speaker: string; readonly text: string } | undefined {
  if (event.type === "shown") return event;
  if (event.type !== "message") return undefined;
  return { speaker: speakerIn(event), text: event.text };
}

/** The continuation mark, and spaces up to some columns. */
function prefix(columns: number): string {
  return CONTINUATION_MARK.padEnd(columns);
}
