import { assertEquals, assertRejects } from "@std/assert";
import { dial } from "../../lib/net/dial.ts";
import { DialError } from "../../lib/net/errors.ts";
import { listen } from "../../lib/net/listen.ts";
import { unusedAddress } from "../support/unused_address.ts";

Deno.test("a connection is opened to whatever listens", async () => {
  using listener = listen({ host: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [wire, accepted] = await Promise.all([
    dial({ host: "127.0.0.1", port }, { timeoutMs: 5000 }),
    listener.accept(),
  ]);
  assertEquals(wire.remote, { host: "127.0.0.1", port });
  accepted.close();
  wire.close();
});

Deno.test("a port that nothing listens on refuses the connection", async () => {
  const error = await assertRejects(
    () => dial(unusedAddress(), { timeoutMs: 5000 }),
    DialError,
  );
  assertEquals(error.failure, "refused");
});

Deno.test("a host name that cannot be looked up is told from other failures", async () => {
  const error = await assertRejects(
    () => dial({ host: "a..b", port: 1 }, { timeoutMs: 5000 }),
    DialError,
  );
  assertEquals(error.failure, "lookup");
});

Deno.test("a signal gives the attempt up, and says so", async () => {
  const error = await assertRejects(
    () =>
      dial({ host: "127.0.0.1", port: 1 }, {
        timeoutMs: 5000,
        signal: AbortSignal.abort(),
      }),
    DialError,
  );
  assertEquals(error.failure, "aborted");
});
