import { assertEquals } from "@std/assert";
import { displayPosition } from "../../../lib/console/screen/display_position.ts";

Deno.test("the cursor stands behind the columns of a text, in as many rows as they take", () => {
  const table: [string, number, number][] = [
    ["", 0, 0],
    ["alice> hi", 9, 0],
    ["✅日本⚡x", 9, 0],
    ["e\u0301a", 2, 0],
    ["0123456789", 0, 1],
    ["0123456789ab", 2, 1],
    // A wide character that does not fit into the row begins the next one.
    ["012345678✅", 2, 1],
    ["日本日本日本", 2, 1],
  ];
  for (const [text, cols, rows] of table) {
    assertEquals(displayPosition(text, 10), { cols, rows }, text);
  }
});
