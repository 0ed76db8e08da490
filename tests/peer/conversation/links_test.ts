import { assertEquals } from "@std/assert";
import { Links } from "../../../lib/peer/conversation/links.ts";
import type { Path, PathKind } from "../../../lib/peer/reach/mod.ts";

const address = { host: "192.0.2.1", port: 1 };

/** A link that is only its path. */
class Link {
  readonly path: Path;

  constructor(kind: PathKind, generation: number, roundTripMs?: number) {
    const path = { kind, address, generation };
    this.path = roundTripMs === undefined ? path : { ...path, roundTripMs };
  }
}

Deno.test("without a link there is no best one", () => {
  const links = new Links<Link>();
  assertEquals([links.isEmpty, links.best, links.all], [true, undefined, []]);
});

Deno.test("among direct paths the latest link is the best", () => {
  const links = new Links<Link>();
  const [first, second] = [new Link("direct", 1), new Link("direct", 2)];
  links.add(first);
  links.add(second);
  assertEquals(links.best, second);
  assertEquals(links.all, [first, second]);
});

Deno.test("a link on a better kind of path is the best, whenever it was added", () => {
  const relay = new Link("relay", 4);
  const punched = new Link("punched", 2);
  const direct = new Link("direct", 3);
  const lan = new Link("lan", 1);
  const links = new Links<Link>();
  for (const link of [relay, punched, direct, lan]) {
    links.add(link);
    assertEquals(links.best, link);
  }
  for (const next of [direct, punched, relay, undefined]) {
    if (links.best !== undefined) links.remove(links.best);
    assertEquals(links.best, next);
  }
  assertEquals(links.isEmpty, true);
});

Deno.test("on paths of one kind the one with the shortest round trip is the best", () => {
  const links = new Links<Link>();
  const quick = new Link("relay", 1, 20);
  for (const link of [quick, new Link("relay", 2, 80), new Link("relay", 3)]) {
    links.add(link);
  }
  assertEquals(links.best, quick);
});
