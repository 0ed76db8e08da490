import { assert, assertEquals } from "@std/assert";
import { WriteQueue } from "../../../lib/secure/record/write_queue.ts";
import { MAX_PLAINTEXT_BYTES } from "../../../lib/secure/record/record.ts";
import { concat } from "../../support/bytes.ts";

/** All that a queue gives out. */
function drained(queue: WriteQueue): Uint8Array[] {
  const texts: Uint8Array[] = [];
  for (let text; (text = queue.next());) texts.push(text);
  return texts;
}

Deno.test("an empty queue gives out nothing", () => {
  assertEquals(new WriteQueue().next(), undefined);
});

Deno.test("texts fit a record, hold something, and together are what was added", () => {
  const max = MAX_PLAINTEXT_BYTES;
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
    const queue = new WriteQueue();
    for (const piece of pieces) queue.push(piece);
    const texts = drained(queue);
    assert(texts.every(({ length }) => length >= 1 && length <= max));
    assertEquals(concat(texts), concat(pieces));
  }
});

Deno.test("short pieces share a text, up to what a record holds", () => {
  const queue = new WriteQueue();
  for (let i = 0; i < 5; i++) queue.push(new Uint8Array(20_000));
  const lengths = drained(queue).map(({ length }) => length);
  assertEquals(lengths, [60_000, 40_000]);
});
