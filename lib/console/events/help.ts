import type { EventTable } from "./event_format.ts";
import { problem, status } from "./rendering.ts";

/** Answers about the console itself. */
export type HelpEvent =
  /** How to use a command, or each of them, as `/help` asked. */
  | {
    readonly type: "help";
    readonly commands: readonly { usage: string; help: string }[];
  }
  /** A command or message failed; a sentence says why, and what to do. */
  | { readonly type: "problem"; readonly message: string };

/** Columns for the usage of a command, so that the explanations line up. */
const USAGE_COLUMNS = 26;

/** How these events are written. */
export const HELP_EVENTS: EventTable<HelpEvent> = {
  help: {
    fields: ({ commands }) => ({
      commands: commands.map(({ usage, help }) => ({ usage, help })),
    }),
    render: ({ commands }) =>
      status(
        "commands:",
        commands.map(({ usage, help }) =>
          `${usage.padEnd(USAGE_COLUMNS)}  ${help}`
        ),
      ),
  },
  problem: {
    fields: ({ message }) => ({ message }),
    render: ({ message }) => problem(message),
  },
};
