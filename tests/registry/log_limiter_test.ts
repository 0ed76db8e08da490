import { assertEquals, assertMatch } from "@std/assert";
import type { LogEntry } from "../../lib/registry/log.ts";
import { limitLogRate } from "../../lib/registry/log_limiter.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { startRegistry } from "../support/test_registry.ts";

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

Deno.test("a registry that refuses client after client writes 20 entries a second, and how many it omitted", async () => {
  const written: LogEntry[] = [];
  let nowMs = 0;
  await using registry = startRegistry({
    clock: () => nowMs,
    log: (entry) => written.push(entry),
  });
  const refuse = async () => {
    using client = await PlainSocket.connect(registry.address);
    await client.send("GET / HTTP/1.1\r\n\r\n");
    assertMatch(await client.rest(), /ERROR\r\nCode: 400\r\n/);
  };
  for (let n = 0; n < 30; n++) await refuse();
  assertEquals(written.map(({ event }) => event), Array(20).fill("refused"));
  nowMs = 1000;
  await refuse();
  const [omitted, next] = written.slice(20);
  assertEquals(omitted, { event: "omitted", entries: 10 });
  assertEquals(next?.event, "refused");
});
