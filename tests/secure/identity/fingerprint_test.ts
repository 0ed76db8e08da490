import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import {
  fingerprint,
  Identity,
  InvalidKeyError,
  isFingerprint,
  safetyNumber,
} from "../../../lib/secure/mod.ts";
import { withFlippedBit } from "../../support/flip_bit.ts";

const UP = Uint8Array.from({ length: 32 }, (_, i) => i);
const DOWN = Uint8Array.from({ length: 32 }, (_, i) => 255 - i);
const ZERO = new Uint8Array(32);

Deno.test("a fingerprint is 100 bits in base32, and stays what it is", () => {
  assertEquals(fingerprint(UP), "5j2y-zpro-ysjp-evax-dntw");
  assertEquals(fingerprint(DOWN), "rvjj-ce63-7lyo-ee2k-o4dh");
  assertEquals(fingerprint(ZERO), "miy5-ckac-goef-u5nl-nqk4");
});

Deno.test("a safety number is 60 digits, and stays what it is", () => {
  assertEquals(
    safetyNumber(UP, DOWN),
    "13667 87207 79660 63683 96487 98967 26254 50063 74700 72752 19827 78904",
  );
  assertEquals(
    safetyNumber(UP, ZERO),
    "78129 80833 82285 20342 80479 02642 13667 87207 79660 63683 96487 98967",
  );
});

Deno.test("both sides see the same safety number, and no third one does", () => {
  const { publicKey: a } = Identity.generate();
  const { publicKey: b } = Identity.generate();
  const { publicKey: c } = Identity.generate();
  const number = safetyNumber(a, b);
  assertMatch(number, /^(\d{5} ){11}\d{5}$/);
  assertEquals(safetyNumber(b, a), number);
  assertNotEquals(safetyNumber(a, c), number);
  assertNotEquals(safetyNumber(c, b), number);
});

Deno.test("keys that differ in one bit have nothing in common", () => {
  const other = withFlippedBit(UP, 31);
  assertNotEquals(fingerprint(other).slice(0, 4), fingerprint(UP).slice(0, 4));
  assertNotEquals(
    safetyNumber(ZERO, other).slice(-36),
    safetyNumber(ZERO, UP).slice(-36),
  );
});

Deno.test("what is not 32 bytes has neither", () => {
  for (const length of [0, 31, 33]) {
    const key = new Uint8Array(length);
    assertThrows(() => fingerprint(key), InvalidKeyError);
    assertThrows(() => safetyNumber(UP, key), InvalidKeyError);
    assertThrows(() => safetyNumber(key, UP), InvalidKeyError);
  }
});

Deno.test("nothing but a fingerprint is taken for one", () => {
  const text = fingerprint(new Uint8Array(32).fill(1));
  assert(isFingerprint(text));
  for (
    const other of [`${text}x`, `x${text}`, `${text}\n`, text.slice(1), ""]
  ) assert(!isFingerprint(other), other);
  assert(!isFingerprint(text.toUpperCase()));
});
