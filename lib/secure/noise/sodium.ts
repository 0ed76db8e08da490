import libsodium from "libsodium";

/** A function of C. A 64-bit number is passed as two, the lower half first. */
type CFunction = (...values: number[]) => number;

/** What is used of libsodium, which is compiled to WebAssembly. */
interface Library {
  /** The memory that the functions work in; another array once it has grown. */
  readonly HEAPU8: Uint8Array;
  readonly _sodium_init: CFunction;
  readonly _malloc: CFunction;
  readonly _crypto_aead_chacha20poly1305_ietf_encrypt: CFunction;
  readonly _crypto_aead_chacha20poly1305_ietf_decrypt: CFunction;
}

const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** Room for the longest Noise message, and for what is authenticated with it. */
const BUFFER_BYTES = 66 * 1024;

const library: Library = await libsodium({
  getRandomValue: () => crypto.getRandomValues(new Uint32Array(1))[0],
});
library._sodium_init();
const encrypt = library._crypto_aead_chacha20poly1305_ietf_encrypt;
const decrypt = library._crypto_aead_chacha20poly1305_ietf_decrypt;

/**
 * Where in the memory a call finds its key, nonce and text. The wrappers that
 * come with libsodium make room for each in every call, which takes longer than
 * to seal a short text, and leave the key behind.
 */
const KEY = library._malloc(KEY_BYTES);
const NONCE = library._malloc(NONCE_BYTES);
const TEXT = library._malloc(BUFFER_BYTES);

/**
 * Seals with AEAD_CHACHA20_POLY1305 (RFC 8439, section 2.8).
 *
 * @param key 32 bytes.
 * @param nonce 12 bytes.
 * @param ad What is authenticated with the text.
 * @param plaintext The text, at most 65,519 bytes.
 * @param out Where the sealed text goes: the text's length and 16 bytes.
 */
export function sealSodium(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  plaintext: Uint8Array,
  out: Uint8Array,
): void {
  const length = plaintext.length;
  const end = TEXT + length + TAG_BYTES;
  const memory = put(key, nonce, plaintext, ad, end);
  encrypt(TEXT, 0, TEXT, length, 0, end, ad.length, 0, 0, NONCE, KEY);
  memory.fill(0, KEY, KEY + KEY_BYTES);
  out.set(memory.subarray(TEXT, end));
}

/**
 * Opens what {@linkcode sealSodium} sealed; undefined if it was altered.
 *
 * @param key 32 bytes.
 * @param nonce 12 bytes.
 * @param ad What was authenticated with the text.
 * @param sealed The sealed text, 16 to 65,535 bytes.
 */
export function openSodium(
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const length = sealed.length;
  const end = TEXT + length;
  const memory = put(key, nonce, sealed, ad, end);
  const failed =
    decrypt(TEXT, 0, 0, TEXT, length, 0, end, ad.length, 0, NONCE, KEY) !== 0;
  memory.fill(0, KEY, KEY + KEY_BYTES);
  return failed ? undefined : memory.slice(TEXT, end - TAG_BYTES);
}

/** Copies a call's arguments into the memory, and returns it. */
function put(
  key: Uint8Array,
  nonce: Uint8Array,
  text: Uint8Array,
  ad: Uint8Array,
  adAt: number,
): Uint8Array {
  const memory = library.HEAPU8;
  if (adAt + ad.length > TEXT + BUFFER_BYTES) {
    throw new RangeError("the text is too long");
  }
  memory.set(key, KEY);
  memory.set(nonce, NONCE);
  memory.set(text, TEXT);
  memory.set(ad, adAt);
  return memory;
}
