import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import type { ConsoleEvent } from "../../../lib/console/mod.ts";
import { render } from "../../../lib/console/events/mod.ts";
import { columnsOf } from "../../../lib/console/screen/columns.ts";
import { rowsOf } from "../../../lib/console/screen/event_rows.ts";

function rows(event: ConsoleEvent, width: number): string[] {
  const rendering = render(event);
  assert(rendering !== undefined);
  return rowsOf(event, rendering, width, (_, text) => text);
}

function message(text: string): ConsoleEvent {
  return { type: "message", from: { name: "eve", protection: "pinned" }, text };
}

Deno.test("each row of a message but the first begins with a mark, after a line end and after a wrap", () => {
  assertEquals(rows(message("one two three\nbob> four"), 14), [
    "eve> one two ",
    "│    three",
    "│    bob> four",
  ]);
});

Deno.test("each row of another event but the first begins with a mark or with spaces", () => {
  assertEquals(
    rows({ type: "problem", message: "the registry refuses: bob> hi" }, 14),
    ["the registry ", "│ refuses: ", "│ bob> hi"],
  );
  const help = { usage: "/to", help: "select a client" };
  assertEquals(rows({ type: "help", commands: [help] }, 20), [
    "commands:",
    "  /to               ",
    "│             ",
    "│   select a client",
  ]);
});

Deno.test("a long reason takes few rows, and what stands behind it is shown", () => {
  const reason = "\u200b✅ no ".repeat(1500);
  for (
    const event of [
      { type: "problem", message: `${reason}; /register helps` },
      { type: "waiting", to: "bob", reason: `${reason}; /register helps` },
    ] as const
  ) {
    const shown = rows(event, 80);
    assert(shown.length <= 20, `${shown.length} rows`);
    const text = shown.map((row) => row.replace(/^│ /, "")).join("");
    assertMatch(text, / … \([\d,]+ characters left out\) … /);
    assert(text.endsWith("; /register helps"), text);
    for (const row of shown.slice(1)) assert(row.startsWith("│ "), row);
  }
});

Deno.test("a long item of a list takes few rows", () => {
  const usage = "bob> hi ".repeat(1500);
  const shown = rows({ type: "help", commands: [{ usage, help: "" }] }, 80);
  assert(shown.length <= 20, `${shown.length} rows`);
});

Deno.test("what is left out of a long reason is no part of a character", () => {
  for (const unit of ["😀", "👩‍👩‍👧", "a\u0301\u0301"]) {
    for (let shift = 0; shift < unit.length; shift++) {
      const message = "x".repeat(shift) + unit.repeat(1000);
      const text = rows({ type: "problem", message }, 5000).join("");
      const [before = "", after = ""] = text.split(/ … \(.*\) … /);
      assertEquals(before.replaceAll(unit, ""), "x".repeat(shift));
      assertEquals(after.replaceAll(unit, ""), "");
    }
  }
});

Deno.test("whatever a message is, its text never reaches the left edge, and no row is too long", () => {
  const text = fc.array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\r\n",
        "\x1b[1G",
        "\t",
        " ",
        "│",
        "bob> hi",
        "✅",
        "日",
      ),
      fc.constantFrom("👩‍👩‍👧", "❤️", "a\u0301\u0301", "\u202e", "\u200b"),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 20, max: 60 }), (text, width) => {
      const [first = "", ...rest] = rows(message(text), width);
      assert(first.startsWith("eve> "));
      for (const row of rest) assert(row.startsWith("│    "));
      for (const row of [first, ...rest]) {
        assert(columnsOf(row) <= width, `${columnsOf(row)}: ${row}`);
        assert(!/[\p{Cc}\u200b\u202e]/u.test(row));
      }
    }),
    { numRuns: 3000 },
  );
});
