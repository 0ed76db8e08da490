/**
 * The two Noise protocols of the project (Noise Protocol Framework, revision 34): `Noise_XX_25519_ChaChaPoly_SHA256` for connections and
 * `Noise_X_25519_ChaChaPoly_SHA256` for sealed messages. One suite, no
 * negotiation, no pre-shared keys.
 *
 * @module
 */
export { CipherState } from "./cipher_state.ts";
export {
  Handshake,
  type HandshakeOptions,
  MAX_NOISE_MESSAGE_BYTES,
  type Session,
} from "./handshake.ts";
export { type Pattern, X, XX } from "./patterns.ts";
export {
  diffieHellman,
  exportPrivateKey,
  generateKeyPair,
  importKeyPair,
  KEY_BYTES,
  type KeyPair,
} from "./x25519.ts";
export { TAG_BYTES } from "./aead.ts";
