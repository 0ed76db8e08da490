import { assertEquals } from "@std/assert";
import { jsonLine, textLine } from "../../lib/registry/log.ts";

const TIME = new Date(0);

Deno.test("an entry is a line with its time, its event and its details", () => {
  const entry = { event: "refused", code: 400, reason: "no method" };
  assertEquals(
    textLine(entry, TIME),
    '1970-01-01T00:00:00.000Z refused code=400 reason="no method"',
  );
  assertEquals(
    jsonLine(entry, TIME),
    '{"time":"1970-01-01T00:00:00.000Z","event":"refused","code":400,' +
      '"reason":"no method"}',
  );
});

Deno.test("a detail from the network cannot begin a line of its own", () => {
  assertEquals(
    textLine({ event: "refused", reason: "a\nb\x1b[2J" }, TIME),
    '1970-01-01T00:00:00.000Z refused reason="a\\nb\\u001b[2J"',
  );
});
