import { assertEquals } from "@std/assert";
import { OriginCounter } from "../../lib/limits/origin_counter.ts";

Deno.test("no more is open than all may have together", () => {
  const counter = new OriginCounter({ max: 2, maxPerOrigin: 2 });
  counter.enter(["a"]);
  counter.enter([]);
  assertEquals(counter.check(["b"]), "max");
  assertEquals(counter.check([]), "max");
  counter.leave([]);
  assertEquals(counter.check(["b"]), undefined);
});

Deno.test("an origin has its share, gets it back, and takes none of another's", () => {
  const counter = new OriginCounter({ max: 10, maxPerOrigin: 1 });
  counter.enter(["a"]);
  assertEquals(counter.check(["a"]), "maxPerOrigin");
  assertEquals(counter.check(["b"]), undefined);
  counter.leave(["a"]);
  assertEquals(counter.check(["a"]), undefined);
});

Deno.test("what has no origin counts only among all", () => {
  const counter = new OriginCounter({ max: 3, maxPerOrigin: 1 });
  counter.enter([]);
  counter.enter([]);
  assertEquals(counter.check([]), undefined);
  counter.enter(["a"]);
  assertEquals(counter.check([]), "max");
});

Deno.test("the larger networks of an origin may have twice and four times as many", () => {
  const counter = new OriginCounter({ max: 100, maxPerOrigin: 2 });
  /** How many more an origin of one /48 can have. */
  const enter = (d: string, c: string) => {
    const origin = [`${c}${d}/64`, `${c}/56`, "/48"];
    for (let n = 0;; n++) {
      const full = counter.fullNetwork(origin);
      if (counter.check(origin) !== undefined) return [n, full];
      counter.enter(origin);
    }
  };
  assertEquals(enter("1", "a"), [2, "a1/64"]);
  assertEquals(enter("2", "a"), [2, "a2/64"]);
  assertEquals(enter("3", "a"), [0, "a/56"]);
  assertEquals(enter("1", "b"), [2, "b1/64"]);
  assertEquals(enter("2", "b"), [2, "b2/64"]);
  assertEquals(enter("1", "c"), [0, "/48"]);
  counter.leave(["a1/64", "a/56", "/48"]);
  assertEquals(enter("1", "c"), [1, "/48"]);
});

Deno.test("the fewer places are free, the fewer each origin may have, but always two", () => {
  const counter = new OriginCounter({
    max: 100,
    maxPerOrigin: 30,
    shareOfFree: 1 / 4,
  });
  const fill = (origin: string) => {
    let open = 0;
    for (; counter.check([origin]) === undefined; open++) {
      counter.enter([origin]);
    }
    return open;
  };
  const open = Array.from({ length: 13 }, (_, n) => fill(`${n}`));
  assertEquals(open, [20, 16, 13, 10, 8, 6, 5, 4, 3, 3, 2, 2, 2]);
});
