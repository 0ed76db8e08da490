import { assertEquals } from "@std/assert";
import { Slots } from "../../../lib/registry/sessions/slots.ts";

Deno.test("a roster shows those who have joined and not left, whatever the order", () => {
  const roster = new Slots<string>();
  const first = roster.join("ann");
  roster.join("ben");
  const third = roster.join("cat");
  roster.leave(first);
  assertEquals([...roster].sort(), ["ben", "cat"]);
  roster.leave(third);
  roster.join("dan");
  roster.join("eve");
  roster.join("fay");
  assertEquals([...roster].sort(), ["ben", "dan", "eve", "fay"]);
});

Deno.test("a roster may change while it is gone through", () => {
  const roster = new Slots<string>();
  const places = new Map(
    ["ann", "ben", "cat"].map((member) => [member, roster.join(member)]),
  );
  const seen: string[] = [];
  for (const member of roster) {
    seen.push(member);
    roster.leave(places.get(member) ?? -1);
  }
  assertEquals(seen, ["ann", "ben", "cat"]);
  assertEquals([...roster], []);
});

Deno.test("places are given again: a roster is as long as most were there at once", () => {
  const roster = new Slots<number>();
  for (let i = 0; i < 1000; i++) roster.leave(roster.join(i));
  assertEquals(roster.join(1000), 0);
});
