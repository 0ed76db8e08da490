import type { Command } from "./command.ts";
import { COMMANDS, unknownCommand } from "./commands.ts";

/** A typed command taken apart, or why it is none. */
export type Parsed =
  | { readonly command: Command; readonly argument: string }
  | { readonly problem: string };

/** Takes a line that begins with a slash apart. */
export function parseCommand(line: string): Parsed {
  const [, name, argument] = /^(\S+)\s*([\s\S]*?)\s*$/.exec(line) ??
    ["", line, ""];
  const command = COMMANDS.find((command) => command.name === name);
  if (command === undefined) return { problem: unknownCommand(name) };
  const takes = /[[<]/.exec(command.usage)?.[0];
  const fits = takes === undefined
    ? argument === ""
    : takes === "<"
    ? argument !== ""
    : true;
  const oneWord = command.takesWords || !/\s/.test(argument);
  if (fits && oneWord) return { command, argument };
  return { problem: `it is used like this: ${command.usage}` };
}
