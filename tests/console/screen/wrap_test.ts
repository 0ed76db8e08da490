import { assert, assertEquals } from "@std/assert";
import { wrap } from "../../../lib/console/screen/wrap.ts";

Deno.test("a line that fits stays as it is", () => {
  assertEquals(wrap("", 10, "  "), [""]);
  assertEquals(wrap("0123456789", 10, "  "), ["0123456789"]);
});

Deno.test("a long line breaks after a space, and its further rows are indented", () => {
  assertEquals(wrap("one two three four", 10, "  "), [
    "one two ",
    "  three ",
    "  four",
  ]);
});

Deno.test("a word that is longer than a row breaks where the row ends", () => {
  assertEquals(wrap("ab 0123456789abc", 10, "  "), [
    "ab 0123456",
    "  789abc",
  ]);
});

Deno.test("characters that may be wide are counted as two columns", () => {
  assertEquals(wrap("日本語日本語", 6, ""), ["日本語", "日本語"]);
  assertEquals(wrap("😀😀😀", 5, " "), ["😀😀", " 😀"]);
});

Deno.test("no row ends within an emoji, or between a character and its marks", () => {
  assertEquals(wrap("abc👩‍👩‍👧👩‍👩‍👧", 9, "│"), ["abc👩‍👩‍👧", "│👩‍👩‍👧"]);
  assertEquals(wrap("abce\u0301\u0301fg", 4, "│"), [
    "abce\u0301\u0301",
    "│fg",
  ]);
});

Deno.test("every row fits, each but the first is indented, and nothing is lost", () => {
  const line = "carol> ".repeat(20) + "x".repeat(50) + " carol>".repeat(20);
  for (let width = 3; width < 40; width++) {
    for (const indent of ["", " ", ">".repeat(width - 1)]) {
      const [first = "", ...others] = wrap(line, width, indent);
      assert([first, ...others].every((row) => row.length <= width));
      assert(others.every((row) => row.startsWith(indent)));
      assertEquals(
        first + others.map((row) => row.slice(indent.length)).join(""),
        line,
      );
    }
  }
});
