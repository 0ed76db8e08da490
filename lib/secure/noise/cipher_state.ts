import { Aead, TAG_BYTES } from "./aead.ts";
import { SecureError } from "../errors.ts";
import { KEY_BYTES } from "./x25519.ts";

const EMPTY = new Uint8Array(0);

/**
 * The CipherState object (Noise, section 5.1): a key, once there is one, and the
 * nonce of the next message under it.
 */
export class CipherState {
  #aead: Aead | undefined;
  #wiped = false;
  /** Stays below 2^53; at a million a second that takes 285 years. */
  #count = 0;
  readonly #nonce = new Uint8Array(12);
  readonly #nonceView = new DataView(this.#nonce.buffer);

  /**
   * A state at nonce 0.
   *
   * @param key 32 bytes, which are copied; none for a state without a key.
   */
  constructor(key?: Uint8Array) {
    if (key !== undefined) this.initializeKey(key);
  }

  /** How many messages have been encrypted or decrypted. */
  get count(): number {
    return this.#count;
  }

  /** InitializeKey: `key` is 32 bytes and is copied. */
  initializeKey(key: Uint8Array): void {
    this.#aead?.wipe();
    this.#aead = new Aead(key);
    this.#count = 0;
  }

  /** HasKey. */
  hasKey(): boolean {
    return this.#aead !== undefined;
  }

  /** How much longer than its plaintext a message is, in bytes. */
  get overhead(): number {
    return this.#aead === undefined ? 0 : TAG_BYTES;
  }

  /**
   * EncryptWithAd.
   *
   * @param ad The associated data.
   * @param plaintext The plaintext.
   * @param out Receives the message: as long as the plaintext and
   * {@linkcode overhead}.
   */
  encrypt(ad: Uint8Array, plaintext: Uint8Array, out: Uint8Array): void {
    const aead = this.#checked();
    if (aead === undefined) out.set(plaintext);
    else aead.seal(this.#nextNonce(), ad, plaintext, out);
  }

  /**
   * DecryptWithAd. As in the specification, a failure does not change the count.
   *
   * @returns The plaintext; undefined if the message is not the one that the
   * other end wrote in this place.
   */
  decrypt(ad: Uint8Array, message: Uint8Array): Uint8Array | undefined {
    const aead = this.#checked();
    if (aead === undefined) return new Uint8Array(message);
    if (message.length < TAG_BYTES) return undefined;
    const plaintext = aead.open(this.#nextNonce(), ad, message);
    if (plaintext === undefined) this.#count--;
    return plaintext;
  }

  /** Rekey (Noise, sections 4.2 and 11.3); the count goes on. */
  rekey(): void {
    const aead = this.#checked();
    if (aead === undefined) throw new SecureError("there is no key yet");
    const sealed = new Uint8Array(KEY_BYTES + TAG_BYTES);
    this.#nonce.fill(0xff, 4);
    aead.seal(this.#nonce, EMPTY, new Uint8Array(KEY_BYTES), sealed);
    aead.wipe();
    this.#aead = new Aead(sealed.subarray(0, KEY_BYTES));
    sealed.fill(0);
  }

  /** Erases the key; the object is of no more use. */
  wipe(): void {
    this.#aead?.wipe();
    this.#aead = undefined;
    this.#wiped = true;
  }

  #checked(): Aead | undefined {
    if (this.#wiped) throw new SecureError("the key has been erased");
    return this.#aead;
  }

  /** Four zeros and the count as 64 bits, little-endian (Noise, section 12.3). */
  #nextNonce(): Uint8Array {
    const count = this.#count++;
    this.#nonceView.setUint32(4, count >>> 0, true);
    this.#nonceView.setUint32(8, Math.floor(count / 2 ** 32), true);
    return this.#nonce;
  }
}
