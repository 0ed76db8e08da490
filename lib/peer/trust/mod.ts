/**
 * Which keys are known, whether a key changed, and what would be a downgrade to
 * plaintext.
 *
 * @module
 */
export { secureConnectFailure } from "./downgrade.ts";
export { KnownKeys } from "./known_keys.ts";
