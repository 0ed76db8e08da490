import { createCipheriv, createDecipheriv, getCiphers } from "node:crypto";
import { openSodium, sealSodium } from "./sodium.ts";

/** How much longer than its plaintext a ciphertext is, in bytes. */
export const TAG_BYTES = 16;

const CIPHER = "chacha20-poly1305";
const OPTIONS = { authTagLength: TAG_BYTES } as const;

/** Deno 2.5 does not have this cipher. */
const HAS_NATIVE = getCiphers().includes(CIPHER);

/**
 * The shortest plaintext for which the runtime's own cipher is used, where it has
 * one, in bytes. A call of it costs about 15 µs between two reads from a
 * connection, and one of libsodium 2 µs, but its bytes cost a third.
 */
const NATIVE_MIN_BYTES = 4096;

/** AEAD_CHACHA20_POLY1305 (RFC 8439, section 2.8) under one key. */
export class Aead {
  readonly #key: Uint8Array;
  readonly #nativeMinBytes: number;

  /**
   * A cipher with a key.
   *
   * @param key 32 bytes, which are copied.
   * @param nativeMinBytes The shortest plaintext for which the runtime's own
   * cipher is used. Only a test sets this.
   */
  constructor(
    key: Uint8Array,
    nativeMinBytes = HAS_NATIVE ? NATIVE_MIN_BYTES : Infinity,
  ) {
    this.#key = new Uint8Array(key);
    this.#nativeMinBytes = nativeMinBytes;
  }

  /**
   * Encrypts and authenticates.
   *
   * @param nonce 12 bytes, never twice under one key.
   * @param ad The associated data: authenticated, but not part of the output.
   * @param plaintext What is encrypted.
   * @param out Receives the ciphertext: as long as the plaintext and 16 bytes.
   */
  seal(
    nonce: Uint8Array,
    ad: Uint8Array,
    plaintext: Uint8Array,
    out: Uint8Array,
  ): void {
    const seal = plaintext.length < this.#nativeMinBytes
      ? sealSodium
      : sealNative;
    seal(this.#key, nonce, ad, plaintext, out);
  }

  /**
   * Authenticates and decrypts.
   *
   * @param nonce The nonce of the ciphertext, 12 bytes.
   * @param ad Its associated data.
   * @param sealed The ciphertext, at least 16 bytes.
   * @returns The plaintext; undefined if anything was altered.
   */
  open(
    nonce: Uint8Array,
    ad: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined {
    const end = sealed.length - TAG_BYTES;
    const open = end < this.#nativeMinBytes ? openSodium : openNative;
    return open(this.#key, nonce, ad, sealed);
  }

  /** Erases the key; the object is of no more use. */
  wipe(): void {
    this.#key.fill(0);
  }
}

function sealNative(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  plaintext: Uint8Array,
  out: Uint8Array,
): void {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.length });
  out.set(cipher.update(plaintext));
  cipher.final();
  out.set(cipher.getAuthTag(), plaintext.length);
}

function openNative(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
  if (ad.length > 0) decipher.setAAD(ad, { plaintextLength: end });
  decipher.setAuthTag(sealed.subarray(end));
  const text = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  // Not a Buffer, whose slice() does not copy.
  return new Uint8Array(text.buffer, text.byteOffset, text.length);
}
