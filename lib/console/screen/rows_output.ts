import process from "node:process";
import type { EventSink, Rendering } from "../events/mod.ts";
import { render } from "../events/mod.ts";
import { rowsOf, type Styler } from "./event_rows.ts";

const STYLES = {
  status: "\x1b[2m",
  peer: "\x1b[36m",
  problem: "\x1b[31m",
} as const;
const RESET_STYLE = "\x1b[0m";

/**
 * Has the terminal cut a row that is too long instead of going on at its left
 * edge, and back: it may know a character as wider than this program does.
 */
const NO_WRAP = "\x1b[?7l";
const WRAP = "\x1b[?7h";

/**
 * Gives text the style of an event.
 *
 * @param colour Whether to style it.
 */
export function styler(colour: boolean): Styler {
  return (style: Rendering["style"], text: string) =>
    colour ? STYLES[style] + text + RESET_STYLE : text;
}

/** How many columns the terminal has. */
export function terminalWidth(): number {
  return process.stdout.columns ?? 80;
}

/** Writes rows to the terminal, and then as many line ends as are named. */
export function writeRows(rows: readonly string[], lineEnds = 1): void {
  process.stdout.write(
    NO_WRAP + rows.join("\n") + WRAP + "\n".repeat(lineEnds),
  );
}

/**
 * Writes each event to a terminal at which nobody types, since the input comes
 * from elsewhere.
 *
 * @param colour Whether to style what is written.
 */
export function rowWriter(colour: boolean): EventSink {
  const styled = styler(colour);
  return (event) => {
    const rendering = render(event);
    if (rendering === undefined) return;
    writeRows(rowsOf(event, rendering, terminalWidth() - 1, styled));
  };
}
