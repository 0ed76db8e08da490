import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { InvalidKeyError } from "../errors.ts";
import { KEY_BYTES } from "../noise/mod.ts";

const encoder = new TextEncoder();
const FINGERPRINT_LABEL = encoder.encode("p2pchat fingerprint 1");
const SAFETY_LABEL = encoder.encode("p2pchat safety number 1");
/** Makes each try of an attacker that searches for a similar number costly. */
const ITERATIONS = 5200;
const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The fingerprint of a key, which people can compare: 20 characters in five
 * groups, such as `k5wm-2qfa-7tzc-d3nx-vh4e`.
 *
 * It is the first 100 bits of SHA-256 over `p2pchat fingerprint 1` and the
 * key, in base32 (RFC 4648, section 6) in small letters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fingerprint } from "../mod.ts";
 *
 * const key = new Uint8Array(32);
 * assertEquals(fingerprint(key), "miy5-ckac-goef-u5nl-nqk4");
 * ```
 *
 * @param key A public key, 32 bytes.
 * @throws {InvalidKeyError} If it is not 32 bytes.
 */
export function fingerprint(key: Uint8Array): string {
  checkLength(key);
  const hash = createHash("sha256").update(FINGERPRINT_LABEL).update(key)
    .digest();
  let text = "";
  for (let bit = 0; bit < 100; bit += 5) {
    const pair = hash.readUInt16BE(bit >>> 3);
    text += BASE32[pair >>> (11 - (bit & 7)) & 31];
    if (bit % 20 === 15 && bit < 95) text += "-";
  }
  return text;
}

/** Whether a text has the form of a {@linkcode fingerprint}. */
export function isFingerprint(text: string): boolean {
  return /^[a-z2-7]{4}(-[a-z2-7]{4}){4}$/.test(text);
}

/**
 * The {@linkcode fingerprint} of a public key that is written in base64.
 *
 * @throws {InvalidKeyError} If it is not 32 bytes.
 */
export function fingerprintOf(key: string): string {
  return fingerprint(Uint8Array.fromBase64(key));
}

/**
 * The safety number, which two users compare to rule out an attacker in between:
 * 60 digits in twelve groups of five, the same at both ends.
 *
 * Each key gives 30 digits: SHA-512 over `p2pchat safety number 1` and the
 * key, then 5199 times SHA-512 over the last result and the key; of the final
 * result six times five bytes, each read as a number, big-endian, modulo
 * 100000. The digits of the lesser key, byte by byte, come first.
 *
 * @example
 * ```ts
 * import { assertEquals, assertMatch } from "@std/assert";
 * import { Identity, safetyNumber } from "../mod.ts";
 *
 * const alice = Identity.generate().publicKey;
 * const bob = Identity.generate().publicKey;
 * const number = safetyNumber(alice, bob); // what alice sees
 * assertMatch(number, /^(\d{5} ){11}\d{5}$/);
 * assertEquals(safetyNumber(bob, alice), number); // what bob sees
 * ```
 *
 * @param keyA The public key of one end, 32 bytes.
 * @param keyB The public key of the other end.
 * @throws {InvalidKeyError} If one is not 32 bytes.
 */
export function safetyNumber(keyA: Uint8Array, keyB: Uint8Array): string {
  return [keyA, keyB].sort(Buffer.compare).flatMap(digits).join(" ");
}

function digits(key: Uint8Array): string[] {
  checkLength(key);
  let hash = createHash("sha512").update(SAFETY_LABEL).update(key).digest();
  for (let i = 1; i < ITERATIONS; i++) {
    hash = createHash("sha512").update(hash).update(key).digest();
  }
  return [0, 5, 10, 15, 20, 25].map((at) =>
    String(hash.readUIntBE(at, 5) % 100_000).padStart(5, "0")
  );
}

function checkLength(key: Uint8Array): void {
  if (key.length !== KEY_BYTES) {
    throw new InvalidKeyError(`a key has ${KEY_BYTES} bytes`);
  }
}
