import { assertEquals, assertNotEquals } from "@std/assert";
import * as fc from "fast-check";
import { skeleton } from "../../../lib/peer/trust/skeleton.ts";

/** Texts of which each is easily taken for the others. */
const CLASSES = [
  ["o", "O", "0"],
  ["l", "L", "1", "i", "I"],
  ["s", "S", "5"],
  ["z", "Z", "2"],
  ["b", "B", "8"],
  ["m", "M", "rn", "RN", "r.n"],
  ["w", "W", "vv", "VV", "v-v"],
  ["", ".", "-", "_", "..", "-_."],
  ["a", "A"],
  ["k", "K"],
  ["7"],
];

/** Two texts of the same classes, one after the other. */
const LOOK_ALIKES = fc.array(
  fc.constantFrom(...CLASSES).chain((each) =>
    fc.tuple(fc.constantFrom(...each), fc.constantFrom(...each))
  ),
  { maxLength: 24 },
).map((pairs) => [
  pairs.map(([one]) => one).join(""),
  pairs.map(([, other]) => other).join(""),
]);

/** Texts without characters that look like others, save for those that count. */
const PLAIN = fc.string({
  unit: fc.constantFrom(..."abcdefghjklnopqrstuvxyz34679"),
  maxLength: 16,
});

Deno.test("names that differ only in characters that look alike have the same skeleton", () => {
  fc.assert(fc.property(LOOK_ALIKES, ([one = "", other = ""]) => {
    assertEquals(skeleton(one), skeleton(other));
  }));
  for (const name of ["Bob", "b0b", "bob.", "bob_", "b-o-b", "8O8"]) {
    assertEquals(skeleton(name), skeleton("bob"), name);
  }
});

Deno.test("names that differ in other characters have different skeletons", () => {
  fc.assert(fc.property(PLAIN, PLAIN, (one, other) => {
    assertEquals(skeleton(one) === skeleton(other), one === other);
  }));
  for (
    const [one = "", other = ""] of [
      ["ann", "anna"],
      ["bob", "rob"],
      ["bob", "bobby"],
      ["eve1", "eve2"],
      ["van", "wan"],
    ]
  ) assertNotEquals(skeleton(one), skeleton(other), `${one} and ${other}`);
});

Deno.test("a skeleton has itself as its skeleton", () => {
  fc.assert(fc.property(fc.string(), (name) => {
    assertEquals(skeleton(skeleton(name)), skeleton(name));
  }));
});
