import { assert, assertEquals } from "@std/assert";
import { comparePaths, type Path } from "../../../lib/peer/reach/path.ts";

const address = { host: "192.0.2.1", port: 1 };

function path(
  kind: Path["kind"],
  generation: number,
  roundTripMs?: number,
): Path {
  return roundTripMs === undefined
    ? { kind, address, generation }
    : { kind, address, generation, roundTripMs };
}

/** All that is ranked here, the best first. */
const RANKED: readonly Path[] = [
  path("lan", 2, 0.2),
  path("lan", 1, 3),
  path("lan", 9),
  path("direct", 4, 20),
  path("direct", 3, 20),
  path("direct", 8, 90),
  path("direct", 7),
  path("direct", 6),
  path("punched", 5, 1),
  path("relay", 12, 0.1),
  path("relay", 11),
];

Deno.test("paths rank by kind, then by round-trip time, then the later first", () => {
  for (const [one, better] of RANKED.entries()) {
    for (const [other, worse] of RANKED.entries()) {
      const order = Math.sign(comparePaths(better, worse));
      assertEquals(order, Math.sign(one - other), `${one} and ${other}`);
    }
  }
});

Deno.test("a sort by rank puts the best path first, whatever their order was", () => {
  for (let shift = 0; shift < RANKED.length; shift++) {
    const paths = [...RANKED.slice(shift), ...RANKED.slice(0, shift)];
    assertEquals(paths.sort(comparePaths), RANKED);
    assertEquals(paths.reverse().sort(comparePaths), RANKED);
  }
});

Deno.test("a path whose round-trip time is not known comes after those whose is", () => {
  assert(comparePaths(path("direct", 2), path("direct", 1, 5000)) > 0);
});
