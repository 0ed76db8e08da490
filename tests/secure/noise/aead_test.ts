import { getCiphers } from "node:crypto";
import { assertEquals } from "@std/assert";
import { Aead, TAG_BYTES } from "../../../lib/secure/noise/aead.ts";
import { fromHex } from "../../support/bytes.ts";
import { at } from "../../support/at.ts";
import { flipBit } from "../../support/flip_bit.ts";

const NATIVE = getCiphers().includes("chacha20-poly1305");
/** From how many bytes on each implementation is told to use the runtime's. */
const IMPLEMENTATIONS: [string, number][] = [
  ["libsodium", Infinity],
  ...(NATIVE ? [["the runtime's own", 0] satisfies [string, number]] : []),
];

/** Section 2.8.2 and appendix A.5 of RFC 8439. */
const KNOWN_ANSWERS = [
  {
    key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
    nonce: "070000004041424344454647",
    ad: "50515253c0c1c2c3c4c5c6c7",
    text:
      "Ladies and Gentlemen of the class of '99: If I could offer you only " +
      "one tip for the future, sunscreen would be it.",
    sealed: `
      d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
      3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
      92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
      3ff4def08e4b7a9de576d26586cec64b6116
      1ae10b594f09e26a7e902ecbd0600691`,
  },
  {
    key: "1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
    nonce: "000000000102030405060708",
    ad: "f33388860000000000004e91",
    text:
      "Internet-Drafts are draft documents valid for a maximum of six months " +
      "and may be updated, replaced, or obsoleted by other documents at any " +
      "time. It is inappropriate to use Internet-Drafts as reference material " +
      "or to cite them other than as /“work in progress./”",
    sealed: `
      64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2
      4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf
      332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855
      9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4
      b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e
      af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a
      0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10
      49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29
      a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38`,
  },
];

const EMPTY = new Uint8Array(0);

function seal(
  aead: Aead,
  nonce: Uint8Array,
  ad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  const out = new Uint8Array(text.length + TAG_BYTES);
  aead.seal(nonce, ad, text, out);
  return out;
}

for (const [name, nativeMinBytes] of IMPLEMENTATIONS) {
  Deno.test(`${name} seals and opens as in RFC 8439`, () => {
    for (const { key, nonce, ad, text, sealed } of KNOWN_ANSWERS) {
      const aead = new Aead(fromHex(key), nativeMinBytes);
      const plaintext = new TextEncoder().encode(text);
      const made = seal(aead, fromHex(nonce), fromHex(ad), plaintext);
      assertEquals(made, fromHex(sealed));
      assertEquals(aead.open(fromHex(nonce), fromHex(ad), made), plaintext);
    }
  });

  Deno.test(`${name} opens nothing of which a bit was changed`, () => {
    const { key, nonce, ad, sealed } = at(KNOWN_ANSWERS, 0);
    const parts = [fromHex(nonce), fromHex(ad), fromHex(sealed)] as const;
    const aead = new Aead(fromHex(key), nativeMinBytes);
    for (const part of parts) {
      for (let i = 0; i < part.length; i++) {
        flipBit(part, i, i % 8);
        assertEquals(aead.open(...parts), undefined);
        flipBit(part, i, i % 8);
      }
    }
    for (let length = TAG_BYTES; length < parts[2].length; length++) {
      const shorter = parts[2].subarray(0, length);
      assertEquals(aead.open(parts[0], parts[1], shorter), undefined);
    }
  });
}

Deno.test("what one implementation seals, whatever its length, each other opens", () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const aeads = IMPLEMENTATIONS.map(([, nativeMinBytes]) =>
    new Aead(key, nativeMinBytes)
  ).concat(new Aead(key));
  const lengths = [0, 1, 15, 16, 17, 63, 64, 65, 4095, 4096, 4097, 65519];
  for (const length of lengths) {
    const text = crypto.getRandomValues(new Uint8Array(length));
    for (const ad of [EMPTY, text.subarray(0, 33)]) {
      for (const aead of aeads) {
        const sealed = seal(aead, nonce, ad, text);
        for (const other of aeads) {
          assertEquals(other.open(nonce, ad, sealed), text);
        }
      }
    }
  }
});

Deno.test("a key that has been wiped opens nothing any more", () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const nonce = new Uint8Array(12);
  const aead = new Aead(key);
  const sealed = seal(aead, nonce, EMPTY, new Uint8Array(10));
  aead.wipe();
  assertEquals(aead.open(nonce, EMPTY, sealed), undefined);
  assertEquals(key.some((byte) => byte !== 0), true);
});
