import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  Identity,
  InvalidKeyError,
  MAX_SEALED_PLAINTEXT_BYTES,
  seal,
  SEAL_OVERHEAD_BYTES,
  SealError,
  unseal,
} from "../../lib/secure/mod.ts";
import { alice, bob } from "../support/secure_wires.ts";
import { utf8 } from "../support/bytes.ts";
import { withFlippedBit } from "../support/flip_bit.ts";

const TEXT = utf8("see you on Tuesday");

Deno.test("the recipient reads what was sealed, and whose it is", () => {
  for (const length of [0, 1, 1000, MAX_SEALED_PLAINTEXT_BYTES]) {
    const text = new Uint8Array(length).fill(5);
    const sealed = seal(bob.publicKey, alice, text);
    assertEquals(sealed.length, length + SEAL_OVERHEAD_BYTES);
    const { plaintext, senderKey } = unseal(bob, sealed);
    assertEquals(plaintext, text);
    assertEquals(senderKey, alice.publicKey);
  }
});

Deno.test("a message can be sealed to its sender", () => {
  const { senderKey } = unseal(alice, seal(alice.publicKey, alice, TEXT));
  assertEquals(senderKey, alice.publicKey);
});

Deno.test("the same text sealed twice has nothing in common", () => {
  const one = seal(bob.publicKey, alice, TEXT);
  const two = seal(bob.publicKey, alice, TEXT);
  for (const start of [0, 32, 80]) {
    assertNotEquals(one.slice(start, start + 16), two.slice(start, start + 16));
  }
});

Deno.test("only the recipient can open it, not even its sender", () => {
  const sealed = seal(bob.publicKey, alice, TEXT);
  for (const other of [alice, Identity.generate()]) {
    assertThrows(() => unseal(other, sealed), SealError);
  }
});

Deno.test("a sealed message with any bit of any byte changed is refused", () => {
  const sealed = seal(bob.publicKey, alice, TEXT);
  for (let i = 0; i < sealed.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const altered = withFlippedBit(sealed, i, bit);
      assertThrows(() => unseal(bob, altered), SealError);
    }
  }
});

Deno.test("a sealed message that is cut or longer is refused", () => {
  const sealed = seal(bob.publicKey, alice, TEXT);
  for (let end = 0; end < sealed.length; end++) {
    assertThrows(() => unseal(bob, sealed.subarray(0, end)), SealError);
  }
  const longer = Uint8Array.from([...sealed, 0]);
  assertThrows(() => unseal(bob, longer), SealError);
  assertThrows(() => unseal(bob, new Uint8Array(70_000)), SealError);
});

Deno.test("a text that is too long, or for no key, is not sealed", () => {
  const long = new Uint8Array(MAX_SEALED_PLAINTEXT_BYTES + 1);
  assertThrows(() => seal(bob.publicKey, alice, long), SealError, "65439");
  for (const key of [new Uint8Array(31), new Uint8Array(32)]) {
    assertThrows(() => seal(key, alice, TEXT), InvalidKeyError);
  }
});
