import type { Command } from "./command.ts";
import { COMMANDS, unknownCommand } from "./commands.ts";

/** A command line taken apart, or why it cannot be executed. */
export type ParsedCommand =
  | { readonly command: Command; readonly argument: string }
  | { readonly problem: string };

/** Parses a line that begins with a slash. */
export function parseCommand(line: string): ParsedCommand {
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
  return { problem: `usage: ${command.usage}` };
}

/** Whether a line sends a message: it is one, or begins with `/msg`. */
export function isMessage(line: string): boolean {
  return line.trim() !== "" && !/^\/(?!\/|msg\s)/.test(line);
}
