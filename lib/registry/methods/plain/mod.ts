/**
 * What the registry answers in plain: one file a method (PROTOCOL.md, "The
 * plain protocol").
 *
 * @module
 */
export { answerPlain } from "./answer.ts";
export type { PlainClient, PlainContext } from "./context.ts";
