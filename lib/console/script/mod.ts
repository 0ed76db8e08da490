/**
 * Standard input and output without a terminal: text lines, or JSON.
 *
 * @module
 */
export { enterJsonLine, enterLines, jsonWriter, textWriter } from "./filter.ts";
