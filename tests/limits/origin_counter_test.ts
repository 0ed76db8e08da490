import { assertEquals } from "@std/assert";
import { OriginCounter } from "../../lib/limits/origin_counter.ts";

Deno.test("no more is open than all may have together", () => {
  const counter = new OriginCounter({ max: 2, maxPerOrigin: 2 });
  counter.enter("a");
  counter.enter(undefined);
  assertEquals(counter.check("b"), "max");
  assertEquals(counter.check(undefined), "max");
  counter.leave(undefined);
  assertEquals(counter.check("b"), undefined);
});

Deno.test("an origin has its share, gets it back, and takes none of another's", () => {
  const counter = new OriginCounter({ max: 10, maxPerOrigin: 1 });
  counter.enter("a");
  assertEquals(counter.check("a"), "maxPerOrigin");
  assertEquals(counter.check("b"), undefined);
  counter.leave("a");
  assertEquals(counter.check("a"), undefined);
});

Deno.test("what has no origin counts only among all", () => {
  const counter = new OriginCounter({ max: 3, maxPerOrigin: 1 });
  counter.enter(undefined);
  counter.enter(undefined);
  assertEquals(counter.check(undefined), undefined);
  counter.enter("a");
  assertEquals(counter.check(undefined), "max");
});
