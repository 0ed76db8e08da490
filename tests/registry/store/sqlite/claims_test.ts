import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
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
  assertEquals(claims.find("alice", NOW + CLAIM_TTL_S)?.key, undefined);
  claims.claim("alice", "A", NOW + DAY);
  assert(Deno.statSync(log).size > written);
  assertEquals(claims.find("alice", NOW + CLAIM_TTL_S)?.key, "A");
});

Deno.test("claims are there when the registry starts again", () => {
  using temp = new TempFolder();
  for (const key of ["A", "B"]) {
    using store = openEmbeddedStore(temp.path);
    store.claims.claim("alice", key, NOW);
    assertEquals(store.claims.find("alice", NOW)?.key, "A");
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
    assertEquals(claims.find(`old${n}`, NOW)?.key, undefined);
  }
  assertEquals(claims.find("alice", NOW + CLAIM_TTL_S)?.key, "A");
});

Deno.test("a sweep of claims takes a bounded part, and says whether some are left", () => {
  using store = openEmbeddedStore(":memory:");
  const { claims } = store;
  for (let n = 0; n < 1500; n++) claims.claim(`old${n}`, "A", NOW);
  assertFalse(claims.sweep(NOW + CLAIM_TTL_S - 1));
  assert(claims.sweep(NOW + CLAIM_TTL_S));
  assertFalse(claims.sweep(NOW + CLAIM_TTL_S));
  for (let n = 0; n < 1500; n++) {
    assertEquals(claims.find(`old${n}`, NOW), undefined);
  }
});

Deno.test("claims that lapse do not add up: each new one removes more than it adds", () => {
  using store = openEmbeddedStore(":memory:");
  const { claims } = store;
  for (let n = 0; n < 100; n++) claims.claim(`old${n}`, "A", NOW);
  for (let n = 0; n < 50; n++) {
    claims.claim(`new${n}`, "A", NOW + CLAIM_TTL_S);
    const left = Array.from({ length: 100 }, (_, n) => n)
      .filter((n) => claims.find(`old${n}`, NOW) !== undefined);
    assertEquals(left.length, 100 - 2 * (n + 1));
  }
});

Deno.test("of two spellings that two keys have claimed before, each stays its key's, and no third is claimed", () => {
  using temp = new TempFolder();
  openEmbeddedStore(temp.path)[Symbol.dispose]();
  {
    using database = new DatabaseSync(`${temp.path}/registry.db`);
    database.exec("INSERT INTO claims VALUES ('Bob','A',0), ('bob','B',0)");
  }
  using store = openEmbeddedStore(temp.path);
  const { claims } = store;
  for (const [clientID, key] of [["Bob", "A"], ["bob", "B"]] as const) {
    assertEquals(claims.find(clientID, 0), { clientID, key });
    assert(claims.claim(clientID, key, DAY));
    assert(claims.move(clientID, key, `${key}2`, DAY));
    assertEquals(claims.find(clientID, CLAIM_TTL_S)?.key, `${key}2`);
    for (const other of ["A2", "B2", "C"]) {
      assertFalse(claims.claim("BOB", other, DAY));
      assertFalse(claims.claim(clientID, `${key}3`, DAY));
    }
  }
});

Deno.test("a claim is found by an index in every spelling", () => {
  using temp = new TempFolder();
  openEmbeddedStore(temp.path)[Symbol.dispose]();
  using database = new DatabaseSync(`${temp.path}/registry.db`);
  const plan = database.prepare(
    `EXPLAIN QUERY PLAN SELECT key FROM claims
      WHERE client_id = ? COLLATE NOCASE`,
  ).all("bob").map(({ detail }) => String(detail));
  assertMatch(plan.join(), /SEARCH claims USING INDEX claims_by_id/);
});
