/**
 * Standard input and output without a terminal: text lines, or JSON.
 *
 * @module
 */
export { enterJson, obeyLines, showJson, showLines } from "./filter.ts";
