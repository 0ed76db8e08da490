import { assertEquals } from "@std/assert";
import { RefusedError } from "../../../lib/peer/registry_client/errors.ts";
import { RetryAfter } from "../../../lib/peer/registry_client/retry_after.ts";

const refusal = new RefusedError("INFO", {
  code: 429,
  reason: "too many requests",
});

Deno.test("a method that was refused for a time is postponed until it is over, and no other is", () => {
  const retryAfter = new RetryAfter();
  assertEquals(retryAfter.postponed("INFO", 0), undefined);
  retryAfter.postpone("INFO", refusal, 500, 1000);
  assertEquals(retryAfter.postponed("INFO", 1000), { waitMs: 500, refusal });
  assertEquals(retryAfter.postponed("INFO", 1499), { waitMs: 1, refusal });
  assertEquals(retryAfter.postponed("INFO", 1500), undefined);
  assertEquals(retryAfter.postponed("BRIDGE", 1000), undefined);
});
