import { createHash, hkdfSync } from "node:crypto";
import { CipherState } from "./cipher_state.ts";
import { HandshakeError } from "../errors.ts";

const HASH_BYTES = 32;
const EMPTY = new Uint8Array(0);

/**
 * The SymmetricState object (Noise, section 5.2), with SHA-256: the hash of the
 * handshake, and the chaining key.
 */
export class SymmetricState {
  readonly #cipher = new CipherState();
  #chainingKey: Uint8Array;
  #hash: Uint8Array;

  /**
   * InitializeSymmetric.
   *
   * @param protocolName The full name, such as
   * `Noise_XX_25519_ChaChaPoly_SHA256`.
   */
  constructor(protocolName: string) {
    const name = new TextEncoder().encode(protocolName);
    this.#hash = new Uint8Array(HASH_BYTES);
    if (name.length <= HASH_BYTES) this.#hash.set(name);
    else this.#hash = sha256(name, EMPTY);
    this.#chainingKey = this.#hash.slice();
  }

  /** How much longer than its plaintext the next ciphertext is, in bytes. */
  get overhead(): number {
    return this.#cipher.overhead;
  }

  /** MixKey. The input key material is erased. */
  mixKey(material: Uint8Array): void {
    const [chainingKey, key] = this.#hkdf(material);
    material.fill(0);
    this.#chainingKey.fill(0);
    this.#chainingKey = chainingKey;
    this.#cipher.initializeKey(key);
    key.fill(0);
  }

  /** MixHash. */
  mixHash(bytes: Uint8Array): void {
    this.#hash = sha256(this.#hash, bytes);
  }

  /** EncryptAndHash; `out` is as long as the plaintext and {@linkcode overhead}. */
  encryptAndHash(plaintext: Uint8Array, out: Uint8Array): void {
    this.#cipher.encrypt(this.#hash, plaintext, out);
    this.mixHash(out);
  }

  /**
   * DecryptAndHash.
   *
   * @throws {HandshakeError} If the message is not authentic.
   */
  decryptAndHash(message: Uint8Array): Uint8Array {
    const plaintext = this.#cipher.decrypt(this.#hash, message);
    if (plaintext === undefined) {
      throw new HandshakeError("a handshake message is not authentic");
    }
    this.mixHash(message);
    return plaintext;
  }

  /**
   * Split: a cipher for each direction, the initiator's first, and the handshake
   * hash. The keys of the state are erased.
   */
  split(): { ciphers: [CipherState, CipherState]; hash: Uint8Array } {
    const keys = this.#hkdf(EMPTY);
    const ciphers: [CipherState, CipherState] = [
      new CipherState(keys[0]),
      new CipherState(keys[1]),
    ];
    for (const key of keys) key.fill(0);
    this.wipe();
    return { ciphers, hash: this.#hash.slice() };
  }

  /** Erases the keys. */
  wipe(): void {
    this.#cipher.wipe();
    this.#chainingKey.fill(0);
  }

  /**
   * HKDF with two outputs (Noise, section 4.3), which is that of RFC 5869 with
   * an empty info.
   */
  #hkdf(material: Uint8Array): [Uint8Array, Uint8Array] {
    const bytes = hkdfSync(
      "sha256",
      material,
      this.#chainingKey,
      EMPTY,
      2 * HASH_BYTES,
    );
    return [
      new Uint8Array(bytes, 0, HASH_BYTES),
      new Uint8Array(bytes, HASH_BYTES),
    ];
  }
}

function sha256(first: Uint8Array, second: Uint8Array): Uint8Array {
  return new Uint8Array(
    createHash("sha256").update(first).update(second).digest(),
  );
}
