/**
 * The commands: one table gives parsing, help and completion.
 *
 * @module
 */
export { type CommandContext } from "./command.ts";
export { COMMANDS } from "./commands.ts";
export { parseCommand } from "./parse.ts";
