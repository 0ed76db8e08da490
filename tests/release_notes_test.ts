import { assertEquals, assertThrows } from "@std/assert";
import { releaseNotes } from "../.github/release_notes.ts";

const CHANGELOG = `# Changelog

## Unreleased

## 0.2.0 (2026-05-01)

It is encrypted
now.

### New

- The client: it
  chats.
- The registry.

## 0.1.0 (2026-04-01)

- First.
`;

Deno.test("the notes of a release are its section, each paragraph on a line", () => {
  assertEquals(
    releaseNotes(CHANGELOG, "0.2.0"),
    "It is encrypted now.\n\n### New\n\n" +
      "- The client: it chats.\n- The registry.\n",
  );
  assertEquals(releaseNotes(CHANGELOG, "0.1.0"), "- First.\n");
});

Deno.test("a version without notes is not released", () => {
  for (const version of ["0.3.0", "0.2", "", "Unreleased"]) {
    assertThrows(() => releaseNotes(CHANGELOG, version), Error, "section");
  }
});
