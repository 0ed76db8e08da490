import { assertEquals } from "@std/assert";
import {
  jsonLine,
  limitRate,
  type LogEntry,
  textLine,
} from "../../lib/registry/log.ts";

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

Deno.test("a flood of entries becomes some entries and a count", () => {
  const written: LogEntry[] = [];
  let now = 0;
  const log = limitRate((entry) => written.push(entry), 2, () => now);
  for (let n = 0; n < 5; n++) log({ event: "refused", n });
  now = 1000;
  log({ event: "refused", n: 5 });
  assertEquals(written, [
    { event: "refused", n: 0 },
    { event: "refused", n: 1 },
    { event: "omitted", entries: 3 },
    { event: "refused", n: 5 },
  ]);
});
