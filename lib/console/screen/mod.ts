/**
 * A user at a terminal: the line editor, and what is printed above it; and a
 * terminal at which nobody types.
 *
 * @module
 */
export { Terminal } from "./terminal.ts";
export { rowWriter } from "./rows_output.ts";
