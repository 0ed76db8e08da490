import { assertEquals } from "@std/assert";
import type { LogEntry } from "../../lib/registry/log.ts";
import { limitLogRate } from "../../lib/registry/log_limiter.ts";

Deno.test("a flood of entries becomes some entries and a count", () => {
  const written: LogEntry[] = [];
  let nowMs = 0;
  const log = limitLogRate((entry) => written.push(entry), 2, () => nowMs);
  for (let n = 0; n < 5; n++) log({ event: "refused", n });
  nowMs = 1000;
  log({ event: "refused", n: 5 });
  assertEquals(written, [
    { event: "refused", n: 0 },
    { event: "refused", n: 1 },
    { event: "omitted", entries: 3 },
    { event: "refused", n: 5 },
  ]);
});
