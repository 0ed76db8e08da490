import { inspect } from "node:util";
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  Identity,
  IdentityError,
  InvalidKeyError,
} from "../../../lib/secure/mod.ts";
import {
  formatIdentity,
  parseIdentity,
} from "../../../lib/secure/identity/identity_text.ts";
import { at } from "../../support/at.ts";

/** An identity, and what its private key might look like in print. */
function sample(): { identity: Identity; secrets: string[] } {
  const identity = Identity.generate();
  const key = identity.exportPrivateKey();
  return {
    identity,
    secrets: [
      key.toBase64(),
      key.toHex(),
      Array.from(key).join(","),
      Array.from(key.subarray(0, 8)).join(", "),
    ],
  };
}

Deno.test("an identity shows its public key and never its private one", () => {
  const { identity, secrets } = sample();
  const shown = [
    Deno.inspect(identity),
    Deno.inspect({ deep: [identity] }),
    inspect(identity, { showHidden: true, depth: 9 }),
    JSON.stringify({ identity }),
  ];
  for (const text of shown) {
    assert(text.includes(identity.publicKey.toBase64()), text);
  }
  shown.push(
    `${identity}`,
    Deno.inspect(identity.keyPair, { depth: 9, showHidden: true }),
    JSON.stringify(identity.keyPair),
    JSON.stringify(Object.entries(identity)),
  );
  for (const text of shown) {
    for (const secret of secrets) assert(!text.includes(secret), text);
  }
});

Deno.test("an identity comes back from its private key", () => {
  const identity = Identity.generate();
  const key = identity.exportPrivateKey();
  const again = Identity.fromPrivateKey(key);
  assertEquals(again.publicKey, identity.publicKey);
  // It was copied.
  key.fill(0);
  assertEquals(again.exportPrivateKey(), identity.exportPrivateKey());
  assertThrows(
    () => Identity.fromPrivateKey(new Uint8Array(31)),
    InvalidKeyError,
  );
});

Deno.test("a change of the public key that is returned changes a copy", () => {
  const identity = Identity.generate();
  const key = identity.publicKey;
  key.fill(0);
  assert(identity.publicKey.some((byte) => byte !== 0));
});

Deno.test("an identity is written as these lines, and read back", () => {
  const identity = Identity.fromPrivateKey(new Uint8Array(32).fill(7));
  const text = formatIdentity(identity);
  assertEquals(text.split("\n").filter((line) => !line.startsWith("#")), [
    "p2pchat identity 1",
    `public key: ${identity.publicKey.toBase64()}`,
    "private key: BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
    "",
  ]);
  for (
    const variant of [
      text,
      text.replaceAll("\n", "\r\n"),
      text.replaceAll(/^#.*\n/gm, ""),
      `# of my own\n${text}# and below\n`,
    ]
  ) assertEquals(parseIdentity(variant).publicKey, identity.publicKey);
});

Deno.test("a text that is no identity is refused without a word of it", () => {
  const { identity, secrets } = sample();
  const secret = at(secrets, 0);
  const text = formatIdentity(identity);
  const others = [
    text.replace("public", "Public"),
    text.replace(identity.publicKey.toBase64(), secret),
    text.replace(/private key: .*/, `private key: ${"A".repeat(43)}=`),
    text.replace(/private key: .*/, `private key: ${secret} `),
    text + text,
    text.replace(" 1\n", " 2\n"),
    text.slice(0, -1),
  ];
  for (const other of others) {
    const error = assertThrows(() => parseIdentity(other), IdentityError);
    for (const shown of [error.message, Deno.inspect(error)]) {
      for (const secret of secrets) assert(!shown.includes(secret), shown);
    }
  }
});

Deno.test("any text is an identity or gives the named error", () => {
  const lines = fc.constantFrom(
    "p2pchat identity 1",
    `public key: ${"A".repeat(43)}=`,
    `private key: ${"B".repeat(43)}=`,
    "# comment",
    "",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.oneof(lines, fc.string())).map((all) => all.join("\n")),
  );
  fc.assert(
    fc.property(text, (text) => {
      assertThrows(() => parseIdentity(text), IdentityError);
    }),
    { numRuns: 300 },
  );
});
