/**
 * Which keys are known, whether a key changed, and what would be a downgrade to
 * plaintext.
 *
 * @module
 */
export { toConnectError } from "./downgrade.ts";
export { KnownKeys } from "./known_keys.ts";
