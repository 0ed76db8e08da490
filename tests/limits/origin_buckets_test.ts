import { assertEquals } from "@std/assert";
import { OriginBuckets } from "../../lib/limits/origin_buckets.ts";

const RATE = { perSecond: 1, burst: 2 };

/** The networks of 64, 56 and 48 bits of one site. */
function origin(c: string, d: string): string[] {
  return [`${c}${d}/64`, `${c}/56`, "/48"];
}

/** How often an origin may take a token at a time, in ms. */
function times(buckets: OriginBuckets, origin: string[], now = 0): number {
  let taken = 0;
  while (buckets.take(origin, now) === 0) taken++;
  return taken;
}

Deno.test("an address has the rate, and another has one of its own", () => {
  const buckets = new OriginBuckets(RATE);
  assertEquals(times(buckets, ["192.0.2.1"]), 2);
  assertEquals(times(buckets, ["192.0.2.2"]), 2);
  assertEquals(buckets.take(["192.0.2.1"], 0), 1000);
  assertEquals(times(buckets, ["192.0.2.1"], 1000), 1);
});

Deno.test("the larger networks of an origin have twice and four times the rate", () => {
  const buckets = new OriginBuckets(RATE);
  assertEquals(times(buckets, origin("a", "1")), 2);
  assertEquals(times(buckets, origin("a", "2")), 2);
  assertEquals(times(buckets, origin("a", "3")), 0);
  assertEquals(times(buckets, origin("b", "1")), 2);
  assertEquals(times(buckets, origin("b", "2")), 2);
  assertEquals(times(buckets, origin("c", "1")), 0);
  assertEquals(buckets.take(origin("a", "3"), 0), 500);
  assertEquals(buckets.take(origin("c", "1"), 0), 250);
});

Deno.test("what is refused takes nothing from any network", () => {
  const buckets = new OriginBuckets(RATE);
  times(buckets, origin("a", "1"));
  for (let n = 0; n < 100; n++) buckets.take(origin("a", "1"), 0);
  assertEquals(times(buckets, origin("a", "2")), 2);
});

Deno.test("what is spent is owed by each network", () => {
  const buckets = new OriginBuckets(RATE);
  buckets.spend(origin("a", "1"), 0, 8);
  assertEquals(buckets.take(origin("a", "1"), 0), 7000);
  assertEquals(buckets.take(origin("a", "2"), 0), 2500);
  assertEquals(buckets.take(origin("b", "1"), 0), 250);
});

Deno.test("what has no networks has no limit", () => {
  const buckets = new OriginBuckets(RATE);
  for (let n = 0; n < 100; n++) assertEquals(buckets.take([], 0), 0);
  assertEquals(buckets.size, 0);
});

Deno.test("networks with full buckets are forgotten", () => {
  const buckets = new OriginBuckets(RATE);
  times(buckets, origin("a", "1"));
  assertEquals(buckets.size, 3);
  buckets.sweep(1000);
  assertEquals(buckets.size, 1);
  buckets.sweep(2000);
  assertEquals(buckets.size, 0);
});
