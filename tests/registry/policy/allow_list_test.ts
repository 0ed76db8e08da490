import { assert, assertEquals, assertThrows } from "@std/assert";
import { AllowListError, parseAllowList } from "../../../lib/registry/mod.ts";
import { fingerprint, Identity } from "../../../lib/secure/mod.ts";

const [A, B, C] = [generated(), generated(), generated()];

function generated(): { key: string; print: string } {
  const { publicKey } = Identity.generate();
  return { key: publicKey.toBase64(), print: fingerprint(publicKey) };
}

Deno.test("a line of an allow list has a fingerprint or a key, and may have a comment", () => {
  const text = [
    "# who may register",
    "",
    A.print,
    `  ${B.print}\tbob, since May`,
    `${C.key} carol # her key`,
    "   # nobody else",
    "",
  ];
  const allowed = new Set([A.print, B.print, C.print]);
  assertEquals(parseAllowList(text.join("\n")), allowed);
  assertEquals(parseAllowList(text.join("\r\n")), allowed);
});

Deno.test("no key may register with an empty list", () => {
  assertEquals(parseAllowList("").size, 0);
});

const BAD: [what: string, line: string][] = [
  ["a name", "alice"],
  ["half a fingerprint", A.print.slice(0, 14)],
  ["a fingerprint in capitals", A.print.toUpperCase()],
  ["a fingerprint with a group too many", `${A.print}-aaaa`],
  ["a key of 31 bytes", new Uint8Array(31).toBase64()],
  ["a key of 33 bytes", new Uint8Array(33).toBase64()],
  ["a key with bits that belong to no byte", `${"A".repeat(42)}B=`],
];

for (const [what, line] of BAD) {
  Deno.test(`${what} is refused, and the line is named`, () => {
    const error = assertThrows(
      () => parseAllowList(`# first\n${B.print}\n${line}\n`),
      AllowListError,
    );
    assert(error.message.startsWith("line 3 "), error.message);
  });
}
