import { assert, assertEquals } from "@std/assert";
import { CLAIM_TTL_S } from "../../../../lib/protocol/mod.ts";
import { openEmbeddedStore } from "../../../../lib/registry/mod.ts";
import { TempFolder } from "../../../support/temp_folder.ts";

const DAY = 24 * 60 * 60;
const NOW = 1_800_000_000;

Deno.test("a use renews a claim, and is written once a day", () => {
  using temp = new TempFolder();
  using store = openEmbeddedStore(temp.path);
  const { claims } = store;
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
    using store = openEmbeddedStore(temp.path);
    store.claims.claim("alice", key, NOW);
    assertEquals(store.claims.owner("alice", NOW), "A");
  }
});

Deno.test("sweeping removes claims that have lapsed and no others", () => {
  using store = openEmbeddedStore(":memory:");
  const { claims } = store;
  for (let n = 0; n < 250; n++) claims.claim(`old${n}`, "A", NOW);
  claims.claim("alice", "A", NOW + 1);
  for (let step = 0; step < 3; step++) claims.sweep(NOW + CLAIM_TTL_S);
  // Before they lapsed they would be found if they were still there.
  for (let n = 0; n < 250; n++) {
    assertEquals(claims.owner(`old${n}`, NOW), undefined);
  }
  assertEquals(claims.owner("alice", NOW + CLAIM_TTL_S), "A");
});
