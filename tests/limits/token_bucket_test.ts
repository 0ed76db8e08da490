import { assertEquals } from "@std/assert";
import { TokenBucket, TokenBuckets } from "../../lib/limits/token_bucket.ts";

/** Whether each of some tries, at times in ms, was allowed. */
function allowed(limit: TokenBuckets, times: number[], who = "a"): boolean[] {
  return times.map((now) => limit.take(who, now) === 0);
}

Deno.test("a burst is allowed at once, and then so many in a second", () => {
  const limit = new TokenBuckets({ perSecond: 10, burst: 3 });
  assertEquals(allowed(limit, [0, 0, 0, 0, 99, 100, 100, 200]), [
    true,
    true,
    true,
    false,
    false,
    true,
    false,
    true,
  ]);
});

Deno.test("who is refused is told how long to wait, and is allowed then", () => {
  const limit = new TokenBuckets({ perSecond: 4, burst: 1 });
  limit.take("a", 0);
  assertEquals(limit.take("a", 0), 250);
  assertEquals(Math.round(limit.take("a", 200)), 50);
  assertEquals(limit.take("a", 251), 0);
});

Deno.test("a rest brings back the burst, and no more than that", () => {
  const limit = new TokenBuckets({ perSecond: 1, burst: 2 });
  allowed(limit, [0, 0]);
  assertEquals(allowed(limit, [1e9, 1e9, 1e9]), [true, true, false]);
});

Deno.test("one does not use up what another may", () => {
  const limit = new TokenBuckets({ perSecond: 1, burst: 1 });
  assertEquals(allowed(limit, [0, 0]), [true, false]);
  assertEquals(allowed(limit, [0], "b"), [true]);
});

Deno.test("sweeping forgets those who rested, and nobody else", () => {
  const limit = new TokenBuckets({ perSecond: 1, burst: 2 });
  limit.take("a", 0);
  limit.take("b", 0);
  limit.take("b", 0);
  limit.sweep(1000);
  assertEquals(limit.size, 1);
  assertEquals(allowed(limit, [1000, 1000], "b"), [true, false]);
  assertEquals(allowed(limit, [1000, 1000, 1000]), [true, true, false]);
});

Deno.test("a bucket may owe what something costs, and waits until that is made up for", () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 5 }, 0);
  assertEquals(bucket.take(0, 0), 0);
  assertEquals(bucket.take(0, 25), 0);
  assertEquals(bucket.take(0, 0), 2100);
  assertEquals(bucket.take(2000), 100);
  assertEquals(bucket.take(2100), 0);
  bucket.spend(2100, 10);
  assertEquals(bucket.take(2100), 1100);
});
