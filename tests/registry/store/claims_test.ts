import { assert, assertEquals, assertFalse } from "@std/assert";
import { CLAIM_TTL_S } from "../../../lib/protocol/mod.ts";
import { openState } from "../../../lib/registry/store/state.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const DAY = 24 * 60 * 60;
const NOW = 1_800_000_000;

Deno.test("the first key that claims an ID owns it, another is refused", () => {
  using state = openState(":memory:");
  const { claims } = state;
  assertEquals(claims.owner("alice", NOW), undefined);
  assert(claims.claim("alice", "A", NOW));
  assertFalse(claims.claim("alice", "B", NOW));
  assert(claims.claim("alice", "A", NOW));
  assertEquals(claims.owner("alice", NOW), "A");
  assertEquals(claims.owner("Alice", NOW), undefined);
});

Deno.test("one key may own several IDs", () => {
  using state = openState(":memory:");
  const { claims } = state;
  assert(claims.claim("alice", "A", NOW));
  assert(claims.claim("bot", "A", NOW));
  assertEquals(claims.owner("bot", NOW), "A");
});

Deno.test("a claim that was not used for 90 days is anybody's", () => {
  using state = openState(":memory:");
  const { claims } = state;
  claims.claim("alice", "A", NOW);
  assertFalse(claims.claim("alice", "B", NOW + CLAIM_TTL_S - 1));
  assertEquals(claims.owner("alice", NOW + CLAIM_TTL_S), undefined);
  assert(claims.claim("alice", "B", NOW + CLAIM_TTL_S));
  assertEquals(claims.owner("alice", NOW + CLAIM_TTL_S), "B");
  assertFalse(claims.claim("alice", "A", NOW + CLAIM_TTL_S));
});

Deno.test("a use renews a claim, and is written once a day", () => {
  using temp = new TempFolder();
  using state = openState(temp.path);
  const { claims } = state;
  claims.claim("alice", "A", NOW);
  const log = `${temp.path}/registry.db-wal`;
  const written = Deno.statSync(log).size;
  claims.claim("alice", "A", NOW + DAY - 1);
  assertEquals(Deno.statSync(log).size, written);
  assertEquals(claims.owner("alice", NOW + CLAIM_TTL_S), undefined);
  claims.claim("alice", "A", NOW + DAY);
  assert(Deno.statSync(log).size > written);
  assertEquals(claims.owner("alice", NOW + CLAIM_TTL_S), "A");
});

Deno.test("claims are there when the registry starts again", () => {
  using temp = new TempFolder();
  for (const key of ["A", "B"]) {
    using state = openState(temp.path);
    state.claims.claim("alice", key, NOW);
    assertEquals(state.claims.owner("alice", NOW), "A");
  }
});

Deno.test("sweeping removes claims that have lapsed and no others", () => {
  using state = openState(":memory:");
  const { claims } = state;
  for (let n = 0; n < 250; n++) claims.claim(`old${n}`, "A", NOW);
  claims.claim("alice", "A", NOW + 1);
  for (let step = 0; step < 3; step++) claims.sweep(NOW + CLAIM_TTL_S);
  // Before they lapsed they would be found if they were still there.
  for (let n = 0; n < 250; n++) {
    assertEquals(claims.owner(`old${n}`, NOW), undefined);
  }
  assertEquals(claims.owner("alice", NOW + CLAIM_TTL_S), "A");
});
