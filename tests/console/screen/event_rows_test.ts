import { assert, assertEquals } from "@std/assert";
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

Deno.test("whatever a message is, its text never reaches the left edge, and no row is too long", () => {
  const text = fc.array(
    fc.oneof(
      fc.constantFrom("\n", "\r\n", "\t", " ", "│", "bob> hi", "✅", "日"),
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
        assert(!row.includes("\n"));
      }
    }),
    { numRuns: 3000 },
  );
});
