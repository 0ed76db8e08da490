/**
 * The commands: one table gives parsing, help and completion.
 *
 * @module
 */
export { type CommandContext } from "./command.ts";
export { completeLine } from "./complete.ts";
export { isMessage, parseCommand } from "./parse.ts";
