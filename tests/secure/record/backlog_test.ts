import { assert, assertEquals } from "@std/assert";
import { Backlog } from "../../../lib/secure/record/backlog.ts";
import { MAX_PLAINTEXT } from "../../../lib/secure/record/record.ts";
import { concat } from "../../support/bytes.ts";

/** All that a backlog gives out. */
function drained(backlog: Backlog): Uint8Array[] {
  const texts: Uint8Array[] = [];
  for (let text; (text = backlog.next());) texts.push(text);
  return texts;
}

Deno.test("an empty backlog gives out nothing", () => {
  assertEquals(new Backlog().next(), undefined);
});

Deno.test("texts fit a record, hold something, and together are what was added", () => {
  const max = MAX_PLAINTEXT;
  const cases = [
    [1],
    [max],
    [max + 1],
    [3 * max],
    [2 * max + 5, 10, 20],
    [10, max, 10],
    [max - 1, 1, 1],
    Array.from({ length: 2000 }, (_, i) => i + 1),
  ];
  for (const lengths of cases) {
    const pieces = lengths.map((length, i) =>
      new Uint8Array(length).fill(i + 1)
    );
    const backlog = new Backlog();
    for (const piece of pieces) backlog.push(piece);
    const texts = drained(backlog);
    assert(texts.every(({ length }) => length >= 1 && length <= max));
    assertEquals(concat(texts), concat(pieces));
  }
});

Deno.test("short pieces share a text, up to what a record holds", () => {
  const backlog = new Backlog();
  for (let i = 0; i < 5; i++) backlog.push(new Uint8Array(20_000));
  const lengths = drained(backlog).map(({ length }) => length);
  assertEquals(lengths, [60_000, 40_000]);
});
