import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SequenceList } from "../../../../lib/registry/store/memory/sequence_list.ts";

interface Item {
  readonly sequence: number;
  readonly group: number;
}

function after(list: SequenceList<Item>, sequence: number): number[] {
  const found: number[] = [];
  list.scan(sequence, (item) => found.push(item.sequence) > 0);
  return found;
}

/** Items that are added, removed one by one or pruned by group. */
const STEPS = fc.array(
  fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 700 }) }),
    fc.record({ remove: fc.integer({ min: 0, max: 5000 }) }),
    fc.record({ prune: fc.integer({ min: 0, max: 9 }) }),
  ),
  { maxLength: 40 },
);

Deno.test("a list has what was added and not removed, in order, from any place on", () => {
  fc.assert(fc.property(STEPS, (steps) => {
    const list = new SequenceList<Item>();
    let model: Item[] = [];
    let last = 0;
    let pruned = 0;
    for (const step of steps) {
      if ("push" in step) {
        for (let n = 0; n < step.push; n++) {
          const item = { sequence: ++last, group: last * 7919 % 10 };
          list.push(item);
          model.push(item);
        }
      } else if ("remove" in step) {
        const item = model[step.remove % (model.length || 1)];
        if (item === undefined) continue;
        list.remove(item);
        list.remove(item);
        model = model.filter((it) => it !== item);
      } else {
        const over = new Set<Item>();
        pruned = list.prune(pruned, 1000, (item) => {
          if (item.group !== step.prune) return false;
          over.add(item);
          return true;
        });
        assert(over.size <= 1512, `${over.size} at once`);
        model = model.filter((item) => !over.has(item));
      }
      for (const from of [0, 1, last >>> 1, last]) {
        const wanted = model.filter(({ sequence }) => sequence > from);
        assertEquals(
          after(list, from),
          wanted.map(({ sequence }) => sequence),
        );
      }
    }
  }));
});

Deno.test("pruning reaches all items, some at a time", () => {
  const list = new SequenceList<Item>();
  for (let sequence = 1; sequence <= 10_000; sequence++) {
    list.push({ sequence, group: 0 });
  }
  const seen: number[] = [];
  let at = 0;
  let steps = 0;
  do {
    const before = seen.length;
    at = list.prune(at, 3000, ({ sequence }) => {
      seen.push(sequence);
      return sequence % 2 === 0;
    });
    assert(seen.length - before < 3600, "too many at once");
    steps++;
  } while (at > 0);
  assertEquals(new Set(seen).size, 10_000);
  assert(steps >= 3, `${steps} steps`);
  assertEquals(after(list, 0).length, 5000);
});

Deno.test("a scan ends where the callback returns false", () => {
  const list = new SequenceList<Item>();
  for (let sequence = 1; sequence <= 2000; sequence++) {
    list.push({ sequence, group: 0 });
  }
  const seen: number[] = [];
  list.scan(600, ({ sequence }) => seen.push(sequence) < 3);
  assertEquals(seen, [601, 602, 603]);
});
