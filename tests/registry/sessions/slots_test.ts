import { assertEquals } from "@std/assert";
import { Slots } from "../../../lib/registry/sessions/slots.ts";

Deno.test("slots have the members that were added and not removed, in any order", () => {
  const slots = new Slots<string>();
  const first = slots.add("ann");
  slots.add("ben");
  const third = slots.add("cat");
  slots.remove(first);
  assertEquals([...slots].sort(), ["ben", "cat"]);
  slots.remove(third);
  slots.add("dan");
  slots.add("eve");
  slots.add("fay");
  assertEquals([...slots].sort(), ["ben", "dan", "eve", "fay"]);
});

Deno.test("slots may change during an iteration", () => {
  const slots = new Slots<string>();
  const slotOf = new Map(
    ["ann", "ben", "cat"].map((member) => [member, slots.add(member)]),
  );
  const seen: string[] = [];
  for (const member of slots) {
    seen.push(member);
    slots.remove(slotOf.get(member) ?? -1);
  }
  assertEquals(seen, ["ann", "ben", "cat"]);
  assertEquals([...slots], []);
});

Deno.test("a slot is used again: there are as many as there were members at once", () => {
  const slots = new Slots<number>();
  for (let i = 0; i < 1000; i++) slots.remove(slots.add(i));
  assertEquals(slots.add(1000), 0);
});
