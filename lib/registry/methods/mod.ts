/**
 * What the registry answers: one file a method.
 *
 * @module
 */
export { answerSecure } from "./answer.ts";
export type { MethodContext, SessionState } from "./context.ts";
export {
  answerPlain,
  type PlainClient,
  type PlainContext,
} from "./plain/mod.ts";
export { endRegistration } from "./end_registration.ts";
