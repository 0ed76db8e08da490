/**
 * What the registry answers: one function a method.
 *
 * @module
 */
export { answerPlain, plainError } from "./plain.ts";
export {
  answerSecure,
  type SecureHost,
  type SessionState,
  unlink,
} from "./secure.ts";
