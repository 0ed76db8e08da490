import { hkdfSync } from "node:crypto";
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import { SecureError, SecureWire } from "../../lib/secure/mod.ts";
import { Aead } from "../../lib/secure/noise/aead.ts";
import { CipherState } from "../../lib/secure/noise/cipher_state.ts";
import { SymmetricState } from "../../lib/secure/noise/symmetric_state.ts";
import { FrameReader } from "../../lib/secure/record/frame_reader.ts";
import { RecordReader } from "../../lib/secure/record/record_reader.ts";
import { MemoryWire, Pipe } from "../support/memory_wire.ts";

const EMPTY = new Uint8Array(0);
const KEY = new Uint8Array(32).fill(7);

function sealed(cipher: CipherState): Uint8Array {
  const out = new Uint8Array(cipher.overhead);
  cipher.encrypt(EMPTY, EMPTY, out);
  return out;
}

function assertWiped(...ciphers: CipherState[]): void {
  for (const cipher of ciphers) {
    assertThrows(() => sealed(cipher), SecureError, "erased");
  }
}

/** The ciphers whose keys are erased while something is done. */
function wipedDuring(work: () => void): number {
  const { wipe } = Aead.prototype;
  let count = 0;
  Aead.prototype.wipe = function () {
    count++;
    wipe.call(this);
  };
  try {
    work();
  } finally {
    Aead.prototype.wipe = wipe;
  }
  return count;
}

function secureWire(): {
  wire: SecureWire;
  send: CipherState;
  receive: CipherState;
} {
  const [send, receive] = [new CipherState(KEY), new CipherState(KEY)];
  const session = { send, receive, hash: KEY, remoteKey: KEY };
  const under = new MemoryWire(new Pipe(), new Pipe());
  const wire = new SecureWire(under, new FrameReader(), session);
  return { wire, send, receive };
}

Deno.test("a connection that is closed keeps the keys of neither direction", () => {
  const { wire, send, receive } = secureWire();
  wire.close();
  assertWiped(send, receive);
});

Deno.test("a direction that has ended keeps no key", async () => {
  const { wire, send } = secureWire();
  await wire.closeWrite();
  assertWiped(send);

  const receive = new CipherState(KEY);
  const reader = new RecordReader(receive);
  assertEquals(reader.open(sealed(new CipherState(KEY))), undefined);
  assertWiped(receive);
});

Deno.test("a key is erased when another takes its place, or is no longer needed", () => {
  const cipher = new CipherState(KEY);
  assertEquals(wipedDuring(() => cipher.rekey()), 1);
  assertEquals(wipedDuring(() => cipher.initializeKey(KEY)), 1);
  assertEquals(wipedDuring(() => cipher.wipe()), 1);
});

Deno.test("a shared secret is erased once it is mixed in", () => {
  const secret = KEY.slice();
  new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256").mixKey(secret);
  assertEquals(secret, new Uint8Array(32));
});

/** Contents, in hexadecimal, that are overwritten with zeros meanwhile. */
function erasedDuring(work: () => void): Set<string> {
  const { fill } = Uint8Array.prototype;
  const erased = new Set<string>();
  Uint8Array.prototype.fill = function (value, ...range) {
    if (value === 0) erased.add(this.toHex());
    return fill.call(this, value, ...range);
  };
  try {
    work();
  } finally {
    Uint8Array.prototype.fill = fill;
  }
  return erased;
}

/** The chaining key and the key that HKDF makes of a chaining key and a secret. */
function derived(chainingKey: Uint8Array, secret: Uint8Array) {
  const bytes = hkdfSync("sha256", secret, chainingKey, EMPTY, 64);
  return [new Uint8Array(bytes, 0, 32), new Uint8Array(bytes, 32)] as const;
}

Deno.test("a handshake erases each key and chaining key that another replaces, and all when it is split", () => {
  const name = new TextEncoder().encode("Noise_XX_25519_ChaChaPoly_SHA256");
  const state = new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256");
  const [chainingKey, key] = derived(name, KEY);
  const mixed = erasedDuring(() => state.mixKey(KEY.slice()));
  assert(mixed.has(name.toHex()), "the first chaining key");
  assert(mixed.has(key.toHex()), "the copy of the key");

  const split = erasedDuring(() => state.split());
  const [first, second] = derived(chainingKey, EMPTY);
  assert(split.has(chainingKey.toHex()), "the chaining key");
  assert(split.has(key.toHex()), "the key of the handshake");
  assert(split.has(first.toHex()), "the copy of the first key");
  assert(split.has(second.toHex()), "the copy of the second key");
});

Deno.test("a handshake keeps no chaining key once it is split", () => {
  const state = new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256");
  state.mixKey(KEY.slice());
  const first = state.split().ciphers[0];
  const second = state.split().ciphers[0];
  assertNotEquals(sealed(first), sealed(second));
});
