import { assert, assertEquals, assertMatch } from "@std/assert";
import { label, render } from "../../../lib/console/events/mod.ts";
import type { Party, Protection } from "../../../lib/peer/mod.ts";

const ADDRESS = { host: "192.0.2.1", port: 5556 };
const PROTECTIONS: Protection[] = ["unencrypted", "pinned", "verified"];

function bob(protection: Protection): Party {
  return { name: "bob", address: ADDRESS, direction: "in", protection };
}

Deno.test("verified, pinned and unencrypted conversations differ in every line, without colour", () => {
  assertEquals(PROTECTIONS.map((how) => label(bob(how))), [
    "bob (not encrypted)",
    "bob",
    "bob (verified)",
  ]);
  const lines = (how: Protection) => [
    render({ type: "connected", party: bob(how) })?.line,
    render({ type: "message", from: bob(how), text: "hi" })?.line,
    render({ type: "peers", parties: [bob(how)], target: undefined })
      ?.items?.[0],
  ];
  const shown = PROTECTIONS.map(lines);
  for (let kind = 0; kind < 3; kind++) {
    assertEquals(new Set(shown.map((lines) => lines[kind])).size, 3);
  }
  assertMatch(
    shown[0]?.[0] ?? "",
    /not encrypted, anyone on the way can read it$/,
  );
  assertMatch(shown[1]?.[0] ?? "", /\/verify bob shows whether somebody is in/);
  assertMatch(shown[2]?.[0] ?? "", /encrypted and verified$/);
});

Deno.test("nobody can choose a name that looks verified", () => {
  // Neither of these is a client ID, and nobody in plain is called so either.
  for (const name of ["bob (verified)", "bob\x1b[2K(verified)"]) {
    const shown = label({ ...bob("unencrypted"), name });
    assert(shown.endsWith(" (not encrypted)"), shown);
    assert(!shown.includes("\x1b"), shown);
  }
});

Deno.test("a changed key is said with what it may mean, and what accepts it", () => {
  const words = render({
    type: "keyChanged",
    name: "bob",
    fingerprint: "k5wm-2qfa-7tzc-d3nx-vh4e",
    reason: "the key of bob has changed",
  });
  assertEquals(words, {
    style: "problem",
    line: "the key of bob has changed: /trust bob accepts it",
  });
});

Deno.test("what a stranger or a registry wrote is shown and not obeyed", () => {
  const evil = "no\x1b[2J\nbob> forged";
  for (
    const words of [
      render({ type: "refused", address: ADDRESS, reason: evil }),
      render({ type: "problem", message: evil }),
      render({
        type: "registryLost",
        registry: ADDRESS,
        reason: evil,
        final: true,
      }),
      render({ type: "disconnected", party: bob("pinned"), reason: evil }),
    ]
  ) {
    assert(words?.line.includes("no␛[2J␊bob> forged"), words?.line);
  }
});
