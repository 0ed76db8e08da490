import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman as derive,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { InvalidKeyError } from "../errors.ts";

/** The length of a public key, a private key and a shared secret, in bytes. */
export const KEY_BYTES = 32;

/**
 * The DER prefix of the 32 bytes of a key, as the runtime imports and exports it
 * (RFC 8410). JWK costs the same, but makes a string of a private key, and a
 * string cannot be erased.
 */
const PKCS8 = bytesOf("302e020100300506032b656e04220420");
const SPKI = bytesOf("302a300506032b656e032100");

/** An X25519 key pair (RFC 7748). */
export interface KeyPair {
  /** The public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The private key, as the runtime holds it. */
  readonly privateKey: KeyObject;
}

/** Generates a key pair. */
export function generateKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  return { publicKey: rawPublicKey(publicKey), privateKey };
}

/**
 * The key pair that belongs to a private key.
 *
 * @param raw The private key, 32 bytes. It is copied.
 * @throws {InvalidKeyError} If it is not 32 bytes.
 */
export function importKeyPair(raw: Uint8Array): KeyPair {
  const key = derKey(PKCS8, raw);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  key.fill(0);
  return { publicKey: rawPublicKey(createPublicKey(privateKey)), privateKey };
}

/** The 32 bytes of a private key, which the caller erases after use. */
export function exportPrivateKey({ privateKey }: KeyPair): Uint8Array {
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  const raw = Uint8Array.from(der.subarray(PKCS8.length));
  der.fill(0);
  return raw;
}

/**
 * The shared secret of X25519 (RFC 7748, section 6.1).
 *
 * @param pair The key pair of this end.
 * @param publicKey The other end's public key, 32 bytes.
 * @returns 32 bytes, which the caller erases after use.
 * @throws {InvalidKeyError} If the public key is not 32 bytes, or is a point of
 * low order, with which the secret would be known to everyone.
 */
export function diffieHellman(
  pair: KeyPair,
  publicKey: Uint8Array,
): Uint8Array {
  const key = createPublicKey({
    key: derKey(SPKI, publicKey),
    format: "der",
    type: "spki",
  });
  // Some releases of the runtime refuse a point of low order, others return
  // zeros.
  let shared: Uint8Array;
  try {
    shared = derive({ privateKey: pair.privateKey, publicKey: key });
  } catch (cause) {
    throw new InvalidKeyError("the public key is refused", { cause });
  }
  let any = 0;
  for (const byte of shared) any |= byte;
  if (any === 0) throw new InvalidKeyError("the public key is of low order");
  return shared;
}

function rawPublicKey(key: KeyObject): Uint8Array {
  const der = key.export({ format: "der", type: "spki" });
  return Uint8Array.from(der.subarray(SPKI.length));
}

function derKey(prefix: Uint8Array, raw: Uint8Array): Buffer {
  if (raw.length !== KEY_BYTES) {
    throw new InvalidKeyError(`a key has ${KEY_BYTES} bytes`);
  }
  const der = Buffer.alloc(prefix.length + KEY_BYTES);
  der.set(prefix);
  der.set(raw, prefix.length);
  return der;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
