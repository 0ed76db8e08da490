import { assertLess } from "@std/assert";
import { TcpWire } from "../../lib/net/mod.ts";
import { moduleCommand } from "../support/subprocess.ts";

const WRITER = new URL("endless_writer_main.ts", import.meta.url);

/** What the reader does with what it has read takes, in ms: more comes by then. */
const WORK_MS = 2;

function work(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

Deno.test("a connection that always has something to read does not keep a timer waiting", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using _ = moduleCommand(WRITER, String(listener.addr.port)).spawn();
  const wire = new TcpWire(await listener.accept());
  let reads = 0;
  let readsByThen = Infinity;
  for (; reads < 200 && readsByThen === Infinity; reads++) {
    await wire.read();
    work(WORK_MS);
    if (reads === 10) setTimeout(() => readsByThen = reads, 0);
  }
  wire.close();
  assertLess(readsByThen, 20);
});
