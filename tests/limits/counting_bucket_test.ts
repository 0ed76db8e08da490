import { assertEquals } from "@std/assert";
import { CountingBucket } from "../../lib/limits/counting_bucket.ts";

Deno.test("what finds no token is counted, from the first one on, until the count is taken", () => {
  const bucket = new CountingBucket({ perSecond: 10, burst: 2 }, 0);
  assertEquals([0, 0, 10, 20, 100].map((now) => bucket.take(now)), [
    true,
    true,
    false,
    false,
    true,
  ]);
  assertEquals(bucket.heldBackSince, 10);
  assertEquals(bucket.takeHeldBack(), 2);
  assertEquals(bucket.heldBackSince, undefined);
  assertEquals(bucket.takeHeldBack(), 0);

  assertEquals(bucket.take(110), false);
  assertEquals(bucket.heldBackSince, 110);
  assertEquals(bucket.takeHeldBack(), 1);
});
