import { assertEquals } from "@std/assert";
import { Scrollback } from "../../../lib/console/screen/scrollback.ts";

Deno.test("a mark is as many rows up as were printed since", () => {
  const scrollback = new Scrollback();
  const message = { rows: 2, mark: { row: 1, column: 7 } };
  scrollback.add(message);
  assertEquals(scrollback.find(message), { rowsUp: 1, column: 7 });
  scrollback.add({ rows: 1 });
  scrollback.add({ rows: 3 });
  assertEquals(scrollback.find(message), { rowsUp: 5, column: 7 });
});

Deno.test("a block that has no mark, was cleared or was never added is not found", () => {
  const scrollback = new Scrollback();
  const message = { rows: 1, mark: { row: 0, column: 7 } };
  assertEquals(scrollback.find(message), undefined);
  const line = { rows: 1 };
  scrollback.add(line);
  assertEquals(scrollback.find(line), undefined);
  scrollback.add(message);
  scrollback.clear();
  assertEquals(scrollback.find(message), undefined);
});
