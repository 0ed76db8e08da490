import { assertEquals, assertThrows } from "@std/assert";
import {
  HandshakeError,
  InvalidKeyError,
  SecureError,
} from "../../../lib/secure/mod.ts";
import { CipherState } from "../../../lib/secure/noise/cipher_state.ts";
import { generateKeyPair } from "../../../lib/secure/noise/x25519.ts";
import {
  Handshake,
  MAX_NOISE_MESSAGE_BYTES,
} from "../../../lib/secure/noise/handshake.ts";
import { type Pattern, X, XX } from "../../../lib/secure/noise/patterns.ts";
import { withFlippedBit } from "../../support/flip_bit.ts";

const EMPTY = new Uint8Array(0);
const [STATIC_A, STATIC_B] = [generateKeyPair(), generateKeyPair()];

function sides(
  pattern: Pattern,
  prologues: [Uint8Array, Uint8Array] = [EMPTY, EMPTY],
): [Handshake, Handshake] {
  return [
    new Handshake({
      pattern,
      initiator: true,
      prologue: prologues[0],
      staticKeys: STATIC_A,
      remoteStatic: pattern.knowsResponder ? STATIC_B.publicKey : undefined,
    }),
    new Handshake({
      pattern,
      initiator: false,
      prologue: prologues[1],
      staticKeys: STATIC_B,
    }),
  ];
}

/** Does the first so many messages of XX. */
function progress(count: number): [Handshake, Handshake] {
  const both = sides(XX);
  for (let i = 0; i < count; i++) {
    const [from, to] = i % 2 === 0 ? both : [both[1], both[0]];
    to.read(from.write(EMPTY));
  }
  return both;
}

Deno.test("a message out of turn is refused, and the handshake is over", () => {
  for (let turn = 0; turn <= 3; turn++) {
    for (const side of [0, 1] as const) {
      const mine = turn < 3 && turn % 2 === side;
      const wrong = mine
        ? (it: Handshake) => it.read(new Uint8Array(100))
        : (it: Handshake) => it.write(EMPTY);
      const handshake = progress(turn)[side];
      assertThrows(() => wrong(handshake), HandshakeError, "out of turn");
      if (mine) assertThrows(() => handshake.write(EMPTY), SecureError);
    }
  }
});

Deno.test("a handshake cannot be split before it is over", () => {
  for (let turn = 0; turn < 3; turn++) {
    for (const handshake of progress(turn)) {
      assertEquals(handshake.done, false);
      assertThrows(() => handshake.split(), HandshakeError);
    }
  }
  for (const handshake of progress(3)) handshake.split();
});

Deno.test("a handshake is of no use after an error or once it is wiped", () => {
  const [a, b] = progress(1);
  const second = b.write(EMPTY);
  const altered = withFlippedBit(second, 40);
  assertThrows(() => a.read(altered), HandshakeError, "not authentic");
  assertThrows(() => a.read(second), SecureError);
  b.wipe();
  assertThrows(() => b.read(new Uint8Array(64)), SecureError);
});

Deno.test("prologues that differ make the handshake fail", () => {
  for (const pattern of [XX, X]) {
    const [a, b] = sides(pattern, [Uint8Array.of(1), Uint8Array.of(2)]);
    if (pattern === X) {
      assertThrows(() => b.read(a.write(EMPTY)), HandshakeError);
    } else {
      b.read(a.write(EMPTY));
      assertThrows(() => a.read(b.write(EMPTY)), HandshakeError);
    }
  }
});

Deno.test("an ephemeral key of low order is refused", () => {
  for (
    const low of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]
  ) {
    const [, b] = sides(XX);
    b.read(low);
    assertThrows(() => b.write(EMPTY), InvalidKeyError);
    const [, x] = sides(X);
    const message = new Uint8Array(96);
    message.set(low);
    assertThrows(
      () => x.read(message),
      HandshakeError,
      "contains an invalid key",
    );
  }
});

Deno.test("a message over 65,535 bytes is neither written nor read", () => {
  const longest = new Uint8Array(MAX_NOISE_MESSAGE_BYTES - 96);
  const [a, b] = sides(X);
  assertEquals(b.read(a.write(longest)), longest);
  const [c, d] = sides(X);
  const longer = new Uint8Array(longest.length + 1);
  assertThrows(() => c.write(longer), HandshakeError, "too long");
  const message = new Uint8Array(MAX_NOISE_MESSAGE_BYTES + 1);
  assertThrows(() => d.read(message), HandshakeError, "too long");
});

Deno.test("a message that is altered does not cost the one in its place", () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const [send, receive] = [new CipherState(key), new CipherState(key)];
  const message = new Uint8Array(3 + send.overhead);
  send.encrypt(EMPTY, Uint8Array.of(1, 2, 3), message);
  const altered = withFlippedBit(message, 0);
  for (const bad of [altered, message.subarray(0, 15), EMPTY]) {
    assertEquals(receive.decrypt(EMPTY, bad), undefined);
    assertEquals(receive.count, 0);
  }
  assertEquals(receive.decrypt(EMPTY, message), Uint8Array.of(1, 2, 3));
});

Deno.test("the nonce counts on beyond 32 bits", () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const state = new CipherState(key);
  assertEquals(state.hasKey(), true);
  const seen = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const message = new Uint8Array(16);
    state.encrypt(EMPTY, EMPTY, message);
    seen.add(message.toHex());
  }
  assertEquals(seen.size, 300);
  assertEquals(state.count, 300);
});

Deno.test("a state without a key passes on, cannot change its key, and none works once wiped", () => {
  const state = new CipherState();
  const out = new Uint8Array(2);
  state.encrypt(EMPTY, Uint8Array.of(1, 2), out);
  assertEquals(out, Uint8Array.of(1, 2));
  assertEquals(state.decrypt(EMPTY, out), out);
  assertThrows(() => state.rekey(), SecureError, "no key");
  state.wipe();
  assertThrows(
    () => state.encrypt(EMPTY, EMPTY, EMPTY),
    SecureError,
    "the key has been erased",
  );
  assertThrows(
    () => state.decrypt(EMPTY, EMPTY),
    SecureError,
    "the key has been erased",
  );
});
