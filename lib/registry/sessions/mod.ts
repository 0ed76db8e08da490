/**
 * One client connection each: in plain, or in the secure mode.
 *
 * @module
 */
export { type PlainService, PlainSession } from "./plain_session.ts";
export { type SecureService, SecureSession } from "./secure_session.ts";
export { type Session, SessionSet } from "./session_set.ts";
