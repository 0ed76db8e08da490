import {
  exportPrivateKey,
  generateKeyPair,
  importKeyPair,
  type KeyPair,
} from "../noise/mod.ts";

/**
 * The identity of a client or registry: one X25519 key pair, for its lifetime. The
 * private key does not appear when an identity is printed, logged or turned into
 * JSON.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Identity } from "../mod.ts";
 *
 * const identity = Identity.generate();
 * const privateKey = identity.exportPrivateKey();
 * const same = Identity.fromPrivateKey(privateKey);
 * privateKey.fill(0);
 * assertEquals(same.publicKey, identity.publicKey);
 * ```
 */
export class Identity {
  readonly #keyPair: KeyPair;

  private constructor(keyPair: KeyPair) {
    this.#keyPair = keyPair;
  }

  /** A new identity. */
  static generate(): Identity {
    return new Identity(generateKeyPair());
  }

  /**
   * The identity that belongs to a private key.
   *
   * @param key The private key, 32 bytes. It is copied.
   * @throws {InvalidKeyError} If it is not 32 bytes.
   */
  static fromPrivateKey(key: Uint8Array): Identity {
    return new Identity(importKeyPair(key));
  }

  /** The public key, 32 bytes. */
  get publicKey(): Uint8Array {
    return new Uint8Array(this.#keyPair.publicKey);
  }

  /** The key pair, for a handshake. */
  get keyPair(): KeyPair {
    return this.#keyPair;
  }

  /** The private key, 32 bytes, which the caller erases after use. */
  exportPrivateKey(): Uint8Array {
    return exportPrivateKey(this.#keyPair);
  }

  /** The public key in base64; the private key is left out. */
  toJSON(): { publicKey: string } {
    return { publicKey: this.#keyPair.publicKey.toBase64() };
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return `Identity { publicKey: "${this.toJSON().publicKey}" }`;
  }

  /** What `node:util` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Identity { publicKey: "${this.toJSON().publicKey}" }`;
  }
}
