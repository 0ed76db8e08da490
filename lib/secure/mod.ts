/**
 * Identities and the encrypted channel (PROTOCOL.md, "Secure mode"). Knows nothing
 * of chat or registries.
 *
 * @module
 */
export { secureAccept } from "./accept.ts";
export { secureConnect } from "./connect.ts";
export {
  HandshakeError,
  HandshakeTimeoutError,
  IdentityError,
  IdentityInUseError,
  InvalidKeyError,
  NotSecureError,
  RecordError,
  SealError,
  SecureError,
  TruncatedStreamError,
  UnsupportedVersionError,
  WrongKeyError,
} from "./errors.ts";
export {
  type ConnectOptions,
  HANDSHAKE_TIMEOUT_MS,
  type SecureOptions,
} from "./handshake.ts";
export { type HelloAnswer, sendHello } from "./hello_answer.ts";
export {
  fingerprint,
  fingerprintOf,
  isFingerprint,
  safetyNumber,
} from "./identity/mod.ts";
export {
  helloRefusal,
  type Opening,
  readHello,
  SECURE_VERSION,
} from "./hello.ts";
export { Identity } from "./identity/mod.ts";
export type { KeyPair } from "./noise/mod.ts";
export { loadIdentity, replaceIdentity } from "./identity/mod.ts";
export { type IdentityLock, lockIdentity } from "./identity/mod.ts";
export { isRotated, type KeyChange, sealRotation } from "./rotation.ts";
export {
  MAX_SEALED_PLAINTEXT_BYTES,
  seal,
  SEAL_OVERHEAD_BYTES,
  type SealPurpose,
  unseal,
} from "./seal.ts";
export { SecureWire } from "./record/mod.ts";
