import type { Mutant } from "../mutant.ts";

const NOISE = ["tests/secure/noise/"];
const RECORDS = ["tests/secure/record/"];
const HANDSHAKE = [
  "tests/secure/connect_test.ts",
  "tests/secure/handshake_tamper_test.ts",
  "tests/secure/hello_test.ts",
  "tests/secure/hello_answer_test.ts",
];
const WIPED = ["tests/secure/wiped_keys_test.ts"];
const SEAL = ["tests/secure/seal_test.ts"];
const IDENTITY = ["tests/secure/identity/"];

/** Faults of the secure channel, of letters and of identities. */
export const SECURE: readonly Mutant[] = [
  {
    fault: "the runtime's cipher does not check its tag",
    file: "lib/secure/noise/aead.ts",
    from:
      "  try {\n    decipher.final();\n  } catch {\n    return undefined;\n  }",
    to: "  try {\n    decipher.final();\n  } catch {\n    // no\n  }",
    tests: [...NOISE, ...RECORDS],
  },
  {
    fault: "libsodium's cipher does not check its tag",
    file: "lib/secure/noise/sodium.ts",
    from: "return failed ? undefined : memory.slice",
    to: "return failed && false ? undefined : memory.slice",
    tests: NOISE,
  },
  {
    fault: "the runtime's cipher does not authenticate associated data",
    file: "lib/secure/noise/aead.ts",
    from:
      "  if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.length });\n",
    to: "",
    tests: NOISE,
  },
  {
    fault: "a wiped cipher keeps its key",
    file: "lib/secure/noise/aead.ts",
    from: "    this.#key.fill(0);\n",
    to: "",
    tests: NOISE,
  },
  {
    fault: "a wiped cipher state goes on in plaintext",
    file: "lib/secure/noise/cipher_state.ts",
    from:
      '    if (this.#wiped) throw new SecureError("the key has been erased");\n',
    to: "",
    tests: NOISE,
  },
  {
    fault: "a nonce is used twice",
    file: "lib/secure/noise/cipher_state.ts",
    from: "const count = this.#count++;",
    to: "const count = this.#count++ & ~1;",
    tests: NOISE,
  },
  {
    fault: "a message that is not authentic uses up a nonce",
    file: "lib/secure/noise/cipher_state.ts",
    from: "    if (plaintext === undefined) this.#count--;\n",
    to: "",
    tests: NOISE,
  },
  {
    fault: "rekeying keeps the old key",
    file: "lib/secure/noise/cipher_state.ts",
    from: "    this.#aead = new Aead(sealed.subarray(0, KEY_BYTES));\n",
    to: "",
    tests: RECORDS,
  },
  {
    fault: "rekeying leaves the old key in memory",
    file: "lib/secure/noise/cipher_state.ts",
    from: "    aead.wipe();\n    this.#aead = new Aead(sealed",
    to: "    this.#aead = new Aead(sealed",
    tests: WIPED,
  },
  {
    fault: "the end of a handshake leaves the chaining key in memory",
    file: "lib/secure/noise/symmetric_state.ts",
    from:
      "  wipe(): void {\n    this.#cipher.wipe();\n    this.#chainingKey.fill(0);\n",
    to: "  wipe(): void {\n    this.#cipher.wipe();\n",
    tests: WIPED,
  },
  {
    fault: "a shared secret stays in memory once it is mixed in",
    file: "lib/secure/noise/symmetric_state.ts",
    from: "    material.fill(0);\n",
    to: "",
    tests: WIPED,
  },
  {
    fault: "the transcript of a handshake is not authenticated",
    file: "lib/secure/noise/symmetric_state.ts",
    from: "    this.#cipher.encrypt(this.#hash, plaintext, out);\n",
    to: "    this.#cipher.encrypt(EMPTY, plaintext, out);\n",
    tests: NOISE,
  },
  {
    fault: "a handshake ignores the prologue",
    file: "lib/secure/noise/handshake.ts",
    from: "    this.#symmetric.mixHash(options.prologue);\n",
    to: "",
    tests: [...NOISE, ...HANDSHAKE],
  },
  {
    fault: "a handshake that failed can be continued",
    file: "lib/secure/noise/handshake.ts",
    from: "    } catch (error) {\n      this.wipe();\n",
    to: "    } catch (error) {\n",
    tests: NOISE,
  },
  {
    fault: "a point of low order is accepted",
    file: "lib/secure/noise/x25519.ts",
    from:
      '    throw new InvalidKeyError("the public key is refused", { cause });\n',
    to: "    return new Uint8Array(cause ? KEY_BYTES : 0);\n",
    tests: NOISE,
  },
  {
    fault: "a record that is not authentic is skipped",
    file: "lib/secure/record/record_reader.ts",
    from:
      '      throw new RecordError("a record is not authentic, or is out of order");\n',
    to: "      return new Uint8Array(1);\n",
    tests: RECORDS,
  },
  {
    fault: "the reader never changes its key",
    file: "lib/secure/record/record_reader.ts",
    from:
      "    if (this.#cipher.count % REKEY_AFTER_RECORDS === 0) this.#cipher.rekey();\n",
    to: "",
    tests: RECORDS,
  },
  {
    fault: "the writer never changes its key",
    file: "lib/secure/record/record_writer.ts",
    from:
      "    if (this.#cipher.count % REKEY_AFTER_RECORDS === 0) this.#cipher.rekey();\n",
    to: "",
    tests: RECORDS,
  },
  {
    fault: "a connection that was cut counts as ended",
    file: "lib/secure/record/secure_wire.ts",
    from: "      if (bytes === undefined) {\n        throw this.#closeWith(",
    to:
      "      if (bytes === undefined) {\n        return undefined;\n        throw this.#closeWith(",
    tests: RECORDS,
  },
  {
    fault: "the key for reading stays in memory when the connection is closed",
    file: "lib/secure/record/secure_wire.ts",
    from: "    this.#reader.wipe();\n",
    to: "",
    tests: WIPED,
  },
  {
    fault: "the key for writing stays in memory when the connection is closed",
    file: "lib/secure/record/record_writer.ts",
    from: "    this.#failure ??= reason;\n    this.#cipher.wipe();\n",
    to: "    this.#failure ??= reason;\n",
    tests: WIPED,
  },
  {
    fault: "the key for reading stays in memory after the end of the stream",
    file: "lib/secure/record/record_reader.ts",
    from: "      this.#ended = true;\n      this.#cipher.wipe();\n",
    to: "      this.#ended = true;\n",
    tests: WIPED,
  },
  {
    fault: "the initiator sends its key to a responder with another key",
    file: "lib/secure/hello_answer.ts",
    from: "  if (expectedKey !== undefined && !equal(expectedKey, key)) {",
    to: "  if (false && expectedKey !== undefined) {",
    tests: HANDSHAKE,
  },
  {
    fault: "the initiator compares only the first byte of the expected key",
    file: "lib/secure/hello_answer.ts",
    from:
      "return a.length === b.length && a.every((byte, i) => byte === b[i]);",
    to: "return a[0] === b[0];",
    tests: HANDSHAKE,
  },
  {
    fault:
      "the initiator sends its key before the caller has checked the other",
    file: "lib/secure/hello_answer.ts",
    from: "  await verify?.(key);\n  signal?.throwIfAborted();\n",
    to: "  signal?.throwIfAborted();\n",
    tests: HANDSHAKE,
  },
  {
    fault: "the responder does not let the caller check the key",
    file: "lib/secure/accept.ts",
    from: "      await verify?.(remoteKeyOf(handshake));\n",
    to: "      await verify;\n",
    tests: HANDSHAKE,
  },
  {
    fault: "another version of HELLO is taken for this one",
    file: "lib/secure/hello.ts",
    from: "    if (version !== String(SECURE_VERSION)) {",
    to: "    if (version === undefined) {",
    tests: HANDSHAKE,
  },
  {
    fault: "a handshake that takes too long goes on",
    file: "lib/secure/close_on_failure.ts",
    from: "    if (error !== undefined) stop.abort(error);",
    to: "    if (error === undefined) stop.abort(error);",
    tests: HANDSHAKE,
  },
  {
    fault: "a handshake message of any length is waited for",
    file: "lib/secure/handshake_reader.ts",
    from: "      if ((high << 8 | low) !== length) {",
    to: "      if ((high << 8 | low) > 0xffff) {",
    tests: HANDSHAKE,
  },
  {
    fault: "a letter can be read as another use of the pattern",
    file: "lib/secure/seal.ts",
    from: "    initiator: false,\n    prologue: PROLOGUES[purpose],",
    to: "    initiator: false,\n    prologue: new Uint8Array(0),",
    tests: SEAL,
  },
  {
    fault: "a private key that other users may read is used",
    file: "lib/secure/identity/identity_file.ts",
    from: 'if (Deno.build.os !== "windows" && ((mode ?? 0) & 0o077) !== 0) {',
    to: 'if (Deno.build.os !== "windows" && ((mode ?? 0) & 0o007) !== 0) {',
    tests: IDENTITY,
  },
  {
    fault: "a new identity replaces one that another process has just made",
    file: "lib/secure/identity/identity_file.ts",
    from: "    await Deno.link(temporary, path);",
    to: "    await Deno.rename(temporary, path);",
    tests: IDENTITY,
  },
  {
    fault: "the keys of an identity file need not belong together",
    file: "lib/secure/identity/identity_text.ts",
    from:
      "  if (identity.publicKey.toBase64() !== publicText) throw damaged();\n",
    to: "",
    tests: IDENTITY,
  },
  {
    fault: "a private key is shown when an identity is turned into JSON",
    file: "lib/secure/identity/identity.ts",
    from: "    return { publicKey: this.#keyPair.publicKey.toBase64() };",
    to: "    return { publicKey: this.exportPrivateKey().toBase64() };",
    tests: IDENTITY,
  },
  {
    fault: "two processes use one identity",
    file: "lib/secure/identity/identity_lock.ts",
    from: "BEGIN EXCLUSIVE",
    to: "SELECT 1",
    tests: IDENTITY,
  },
  {
    fault: "a safety number is the same for any two peers of one client",
    file: "lib/secure/identity/fingerprint.ts",
    from: "return [keyA, keyB].sort(",
    to: "return [keyA, keyA].sort(",
    tests: IDENTITY,
  },
  {
    fault: "what begins with a fingerprint is taken for one",
    file: "lib/secure/identity/fingerprint.ts",
    from: "{4}(-[a-z2-7]{4}){4}$/",
    to: "{4}(-[a-z2-7]{4}){4}/",
    tests: IDENTITY,
  },
  {
    fault: "the key of a handshake is not erased at its end",
    file: "lib/secure/noise/symmetric_state.ts",
    from: "  wipe(): void {\n    this.#cipher.wipe();\n",
    to: "  wipe(): void {\n",
    tests: WIPED,
  },
  {
    fault: "the copies of the keys of a connection are not erased",
    file: "lib/secure/noise/symmetric_state.ts",
    from: "    for (const key of keys) key.fill(0);\n",
    to: "",
    tests: WIPED,
  },
  {
    fault: "the copy of a handshake's key is not erased",
    file: "lib/secure/noise/symmetric_state.ts",
    from: "    key.fill(0);\n",
    to: "",
    tests: WIPED,
  },
  {
    fault: "a chaining key that was replaced is not erased",
    file: "lib/secure/noise/symmetric_state.ts",
    from:
      "    this.#chainingKey.fill(0);\n    this.#chainingKey = chainingKey;",
    to: "    this.#chainingKey = chainingKey;",
    tests: WIPED,
  },
];
