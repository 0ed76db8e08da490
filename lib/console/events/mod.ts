/**
 * What the console has to tell, and how a person and a script are told.
 *
 * @module
 */
export { type ConsoleEvent, type Show } from "./events.ts";
export { label, MARKS, type Words, wordsFor } from "./words.ts";
