/**
 * Whose key is known, whether a key changed, and downgrades to plaintext.
 *
 * @module
 */
export { whyNotSecure } from "./downgrade.ts";
export { KnownKeys } from "./known_keys.ts";
