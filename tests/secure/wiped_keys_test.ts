import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
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

Deno.test("a handshake keeps no chaining key once it is split", () => {
  const state = new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256");
  state.mixKey(KEY.slice());
  const first = state.split().ciphers[0];
  const second = state.split().ciphers[0];
  assertNotEquals(sealed(first), sealed(second));
});
