import { assert, assertEquals, assertFalse } from "@std/assert";
import { nextULID } from "../../../lib/peer/store/ulid.ts";
import { isMessageID } from "../../../lib/protocol/mod.ts";
import { at } from "../../support/at.ts";

/** IDs made one after the other at the given times. */
function ulids(...times: number[]): string[] {
  let last = "";
  return times.map((now) => last = nextULID(last, now));
}

function assertIncreasing(ids: string[]): void {
  for (const [n, id] of ids.slice(1).entries()) assert(at(ids, n) < id);
}

Deno.test("an ID says when it was made, as the ULID specification writes it", () => {
  const id = nextULID("", 1469918176385);
  assertEquals(id.slice(0, 10), "01ARYZ6S41");
  assert(isMessageID(id));
  assertEquals(nextULID("", 0).slice(0, 10), "0000000000");
  assertEquals(nextULID("", 2 ** 48 - 1).slice(0, 10), "7ZZZZZZZZZ");
});

Deno.test("IDs increase with the clock", () => {
  assertIncreasing(ulids(1, 2, 33, 1024, 2 ** 32, Date.UTC(2026, 0)));
});

Deno.test("IDs increase while the clock stands, and when it goes back", () => {
  const now = Date.UTC(2026, 0);
  const ids = ulids(...Array(5000).fill(now), now - 1, now - 1e9, 0, now);
  assertIncreasing(ids);
  assert(ids.every(isMessageID));
});

Deno.test("the ID next to another carries over its digits", () => {
  const next = (last: string) => nextULID(last, 0);
  assertEquals(
    next("01ARYZ6S410000000000000009"),
    "01ARYZ6S41000000000000000A",
  );
  assertEquals(
    next("01ARYZ6S4100000000000H0ZZZ"),
    "01ARYZ6S4100000000000H1000",
  );
  assertEquals(
    next("01ARYZ6S41ZZZZZZZZZZZZZZZZ"),
    "01ARYZ6S420000000000000000",
  );
});

Deno.test("two clients do not make the same IDs", () => {
  const ids = Array.from({ length: 1000 }, () => nextULID("", 1));
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("only 26 digits of a value that fits are an ID", () => {
  assert(isMessageID("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
  for (
    const text of [
      "",
      "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
      "01ARYZ6S4100000000000000U0",
      "01aryz6s410000000000000000",
      "01ARYZ6S41000000000000000",
      "01ARYZ6S4100000000000000000",
      "01ARYZ6S410000000000000000\n",
    ]
  ) assertFalse(isMessageID(text));
});
