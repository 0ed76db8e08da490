/**
 * Identities: key pairs, the file and its lock, fingerprints.
 *
 * @module
 */
export {
  fingerprint,
  fingerprintOf,
  isFingerprint,
  safetyNumber,
} from "./fingerprint.ts";
export { Identity } from "./identity.ts";
export { loadIdentity, replaceIdentity } from "./identity_file.ts";
export { type IdentityLock, lockIdentity } from "./identity_lock.ts";
