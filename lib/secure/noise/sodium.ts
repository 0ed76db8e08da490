import libsodium from "libsodium";

/** A C function. A 64-bit number is passed as two, the lower half first. */
type CFunction = (...values: number[]) => number;

/** The functions of libsodium, compiled to WebAssembly, that are used. */
interface Library {
  /** The memory of the functions; another array once it has grown. */
  readonly HEAPU8: Uint8Array;
  readonly _sodium_init: CFunction;
  readonly _malloc: CFunction;
  readonly _crypto_aead_chacha20poly1305_ietf_encrypt: CFunction;
  readonly _crypto_aead_chacha20poly1305_ietf_decrypt: CFunction;
}

const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** The size of the buffer: the longest Noise message and its associated data. */
const BUFFER_BYTES = 66 * 1024;

const library: Library = await libsodium({
  getRandomValue: () => crypto.getRandomValues(new Uint32Array(1))[0],
});
library._sodium_init();
const encrypt = library._crypto_aead_chacha20poly1305_ietf_encrypt;
const decrypt = library._crypto_aead_chacha20poly1305_ietf_decrypt;

/**
 * The addresses of a call's key, nonce and text. The wrappers of libsodium
 * allocate these in each call, which takes longer than to seal a short text, and
 * do not erase the key.
 */
const KEY_ADDRESS = library._malloc(KEY_BYTES);
const NONCE_ADDRESS = library._malloc(NONCE_BYTES);
const TEXT_ADDRESS = library._malloc(BUFFER_BYTES);

/**
 * Encrypts with AEAD_CHACHA20_POLY1305 (RFC 8439, section 2.8).
 *
 * @param key 32 bytes.
 * @param nonce 12 bytes.
 * @param ad The associated data.
 * @param plaintext What is encrypted, at most 65,519 bytes.
 * @param out Receives the ciphertext: as long as the plaintext and 16 bytes.
 */
export function sealSodium(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  plaintext: Uint8Array,
  out: Uint8Array,
): void {
  const length = plaintext.length;
  const end = TEXT_ADDRESS + length + TAG_BYTES;
  const memory = load(key, nonce, plaintext, ad, end);
  encrypt(
    TEXT_ADDRESS,
    0,
    TEXT_ADDRESS,
    length,
    0,
    end,
    ad.length,
    0,
    0,
    NONCE_ADDRESS,
    KEY_ADDRESS,
  );
  memory.fill(0, KEY_ADDRESS, KEY_ADDRESS + KEY_BYTES);
  out.set(memory.subarray(TEXT_ADDRESS, end));
}

/**
 * Decrypts what {@linkcode sealSodium} encrypted; undefined if it was altered.
 *
 * @param key 32 bytes.
 * @param nonce 12 bytes.
 * @param ad The associated data.
 * @param sealed The ciphertext, 16 to 65,535 bytes.
 */
export function openSodium(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length;
  const end = TEXT_ADDRESS + length;
  const memory = load(key, nonce, sealed, ad, end);
  const failed = decrypt(
    TEXT_ADDRESS,
    0,
    0,
    TEXT_ADDRESS,
    length,
    0,
    end,
    ad.length,
    0,
    NONCE_ADDRESS,
    KEY_ADDRESS,
  ) !== 0;
  memory.fill(0, KEY_ADDRESS, KEY_ADDRESS + KEY_BYTES);
  return failed ? undefined : memory.slice(TEXT_ADDRESS, end - TAG_BYTES);
}

/** Copies the arguments of a call into the memory, and returns the memory. */
function load(
  key: Uint8Array,
  nonce: Uint8Array,
  text: Uint8Array,
  ad: Uint8Array,
  adAt: number,
): Uint8Array {
  const memory = library.HEAPU8;
  if (adAt + ad.length > TEXT_ADDRESS + BUFFER_BYTES) {
    throw new RangeError("the text is too long");
  }
  memory.set(key, KEY_ADDRESS);
  memory.set(nonce, NONCE_ADDRESS);
  memory.set(text, TEXT_ADDRESS);
  memory.set(ad, adAt);
  return memory;
}
