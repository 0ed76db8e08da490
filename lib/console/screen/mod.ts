/**
 * A user at a terminal: the line editor, and what is printed above it.
 *
 * @module
 */
export { Terminal } from "./terminal.ts";
