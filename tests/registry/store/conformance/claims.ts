import { assert, assertEquals, assertFalse } from "@std/assert";
import { CLAIM_TTL_S } from "../../../../lib/protocol/mod.ts";
import type { StoreCases } from "./cases.ts";

const DAY_S = 24 * 60 * 60;
const NOW_S = 1_800_000_000;

/** Which key owns which client ID. */
export const CLAIMS: StoreCases = {
  "the first key that claims an ID owns it, another is refused": async (
    { claims },
  ) => {
    assertEquals(await claims.owner("alice", NOW_S), undefined);
    assert(await claims.claim("alice", "A", NOW_S));
    assertFalse(await claims.claim("alice", "B", NOW_S));
    assert(await claims.claim("alice", "A", NOW_S));
    assertEquals(await claims.owner("alice", NOW_S), "A");
    assertEquals(await claims.owner("Alice", NOW_S), undefined);
  },

  "one key may own several IDs": async ({ claims }) => {
    assert(await claims.claim("alice", "A", NOW_S));
    assert(await claims.claim("bot", "A", NOW_S));
    assertEquals(await claims.owner("bot", NOW_S), "A");
  },

  "a claim that was not used for 90 days lapses, and any key may claim the ID":
    async ({ claims }) => {
      const end = NOW_S + CLAIM_TTL_S;
      await claims.claim("alice", "A", NOW_S);
      assertFalse(await claims.claim("alice", "B", end - 1));
      assertEquals(await claims.owner("alice", end), undefined);
      assert(await claims.claim("alice", "B", end));
      assertEquals(await claims.owner("alice", end), "B");
      assertFalse(await claims.claim("alice", "A", end));
    },

  "a use a day later renews a claim": async ({ claims }) => {
    await claims.claim("alice", "A", NOW_S);
    await claims.claim("alice", "A", NOW_S + DAY_S);
    assertEquals(await claims.owner("alice", NOW_S + CLAIM_TTL_S), "A");
  },

  "a claim moves from the key that owns it to another, which then owns it":
    async ({ claims }) => {
      await claims.claim("alice", "A", NOW_S);
      assertFalse(await claims.move("alice", "B", "C", NOW_S));
      assertFalse(await claims.move("bob", "A", "C", NOW_S));
      assertEquals(await claims.owner("bob", NOW_S), undefined);
      for (let time = 0; time < 2; time++) {
        assert(await claims.move("alice", "A", "B", NOW_S + DAY_S));
        assertEquals(await claims.owner("alice", NOW_S), "B");
      }
      assertFalse(await claims.claim("alice", "A", NOW_S));
      assertEquals(await claims.owner("alice", NOW_S + CLAIM_TTL_S), "B");
    },

  "sweeping removes no claim that is in force": async ({ claims }) => {
    const end = NOW_S + CLAIM_TTL_S;
    for (let n = 0; n < 250; n++) await claims.claim(`old${n}`, "A", NOW_S);
    await claims.claim("alice", "A", NOW_S + 1);
    for (let step = 0; step < 3; step++) await claims.sweep(end);
    assertEquals(await claims.owner("alice", end), "A");
    assertEquals(await claims.owner("old0", end), undefined);
  },
};
