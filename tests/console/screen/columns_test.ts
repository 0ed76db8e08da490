import { assertEquals } from "@std/assert";
import { columnsOf, unitsOf } from "../../../lib/console/screen/columns.ts";

Deno.test("a text takes as many columns as in the terminal that gives it most", () => {
  const table: [string, number][] = [
    ["", 0],
    ["hello", 5],
    ["жизнь", 5],
    ["─│→", 3],
    ["日本", 4],
    ["✅⚡⭐", 6],
    ["a\u0301\u0308", 1],
    // Some terminals show these two columns wide, others one.
    ["©❤☎", 6],
    ["1️⃣", 2],
    ["❤️", 3],
    // A terminal that does not know the whole shows each part.
    ["🇩🇪", 4],
    ["👍🏽", 4],
    ["👩‍👩‍👧", 6],
    // Not assigned, or for private use: a font may have anything.
    ["\u{f0000}\u{1ffff}", 4],
    // A vowel that some terminals join to the syllable before.
    ["\u1100\u1161", 3],
  ];
  for (const [text, columns] of table) {
    assertEquals(columnsOf(text), columns, text);
  }
});

Deno.test("a character is one unit with its marks, and so is an emoji", () => {
  assertEquals(unitsOf("ae\u0301\u0323x"), ["a", "e\u0301\u0323", "x"]);
  assertEquals(unitsOf("👩‍👩‍👧👍🏽🇩🇪1️⃣"), ["👩‍👩‍👧", "👍🏽", "🇩🇪", "1️⃣"]);
  assertEquals(unitsOf("\n"), ["\n"]);
});
