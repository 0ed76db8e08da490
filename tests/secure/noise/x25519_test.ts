import { assertEquals, assertThrows } from "@std/assert";
import { InvalidKeyError } from "../../../lib/secure/errors.ts";
import {
  diffieHellman,
  exportPrivateKey,
  generateKeyPair,
  importKeyPair,
} from "../../../lib/secure/noise/x25519.ts";
import { fromHex } from "../../support/bytes.ts";

function x25519(scalar: string, point: string): string {
  return diffieHellman(importKeyPair(fromHex(scalar)), fromHex(point)).toHex();
}

Deno.test("X25519 gives the answers of RFC 7748, section 5.2", () => {
  assertEquals(
    x25519(
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    ),
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  );
  assertEquals(
    x25519(
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    ),
    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  );
});

Deno.test("X25519 fed with its own answers stays right for 1,000 rounds", () => {
  let [k, u] = [`09${"00".repeat(31)}`, `09${"00".repeat(31)}`];
  for (let i = 0; i < 1000; i++) [k, u] = [x25519(k, u), k];
  assertEquals(
    k,
    "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
  );
});

Deno.test("both sides agree, as in RFC 7748, section 6.1", () => {
  const alice = importKeyPair(fromHex(
    "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
  ));
  const bob = importKeyPair(fromHex(
    "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
  ));
  assertEquals(
    alice.publicKey.toHex(),
    "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  );
  assertEquals(
    bob.publicKey.toHex(),
    "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  );
  const shared =
    "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  assertEquals(diffieHellman(alice, bob.publicKey).toHex(), shared);
  assertEquals(diffieHellman(bob, alice.publicKey).toHex(), shared);
});

const LOW_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

Deno.test("a public key of low order is refused", () => {
  const pair = generateKeyPair();
  for (const point of LOW_ORDER) {
    assertThrows(() => diffieHellman(pair, fromHex(point)), InvalidKeyError);
  }
});

Deno.test("a key that is not 32 bytes is refused", () => {
  const pair = generateKeyPair();
  for (const length of [0, 31, 33]) {
    const key = new Uint8Array(length).fill(9);
    assertThrows(() => diffieHellman(pair, key), InvalidKeyError);
    assertThrows(() => importKeyPair(key), InvalidKeyError);
  }
});

Deno.test("a key pair survives being exported and imported", () => {
  const pair = generateKeyPair();
  const again = importKeyPair(exportPrivateKey(pair));
  assertEquals(again.publicKey, pair.publicKey);
  assertEquals(
    diffieHellman(again, pair.publicKey),
    diffieHellman(pair, pair.publicKey),
  );
});
