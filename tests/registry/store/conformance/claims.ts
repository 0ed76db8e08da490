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
    assertEquals((await claims.find("alice", NOW_S))?.key, undefined);
    assert(await claims.claim("alice", "A", NOW_S));
    assertFalse(await claims.claim("alice", "B", NOW_S));
    assert(await claims.claim("alice", "A", NOW_S));
    assertEquals((await claims.find("alice", NOW_S))?.key, "A");
  },

  "one key may own several IDs": async ({ claims }) => {
    assert(await claims.claim("alice", "A", NOW_S));
    assert(await claims.claim("bot", "A", NOW_S));
    assertEquals((await claims.find("bot", NOW_S))?.key, "A");
  },

  "an ID is claimed in every spelling, and keeps the one of its claim": async (
    { claims },
  ) => {
    assert(await claims.claim("alice", "A", NOW_S));
    for (const spelling of ["alice", "Alice", "ALICE"]) {
      const claim = await claims.find(spelling, NOW_S);
      assertEquals(claim, { clientID: "alice", key: "A" });
      assertFalse(await claims.claim(spelling, "B", NOW_S));
    }
    assert(await claims.claim("al.ice", "B", NOW_S));
  },

  "the owner of an ID may claim it in another spelling, which it has then":
    async ({ claims }) => {
      await claims.claim("alice", "A", NOW_S);
      assert(await claims.claim("Alice", "A", NOW_S + 1));
      for (const spelling of ["alice", "Alice"]) {
        const claim = await claims.find(spelling, NOW_S + CLAIM_TTL_S);
        assertEquals(claim, { clientID: "Alice", key: "A" });
      }
      const end = NOW_S + 1 + CLAIM_TTL_S;
      assertEquals(await claims.find("alice", end), undefined);
    },

  "a claim that has lapsed makes way for one in another spelling": async (
    { claims },
  ) => {
    const end = NOW_S + CLAIM_TTL_S;
    await claims.claim("alice", "A", NOW_S);
    assert(await claims.claim("ALICE", "B", end));
    assertEquals(await claims.find("alice", end), {
      clientID: "ALICE",
      key: "B",
    });
    assertFalse(await claims.claim("alice", "A", end));
  },

  "only its owner renews a claim, whatever its spelling is now": async (
    { claims },
  ) => {
    await claims.claim("alice", "A", NOW_S);
    await claims.renew("alice", "B", NOW_S + 2 * DAY_S);
    assertEquals(await claims.find("alice", NOW_S + CLAIM_TTL_S), undefined);
    await claims.renew("Alice", "A", NOW_S + 2 * DAY_S);
    const claim = await claims.find("alice", NOW_S + CLAIM_TTL_S);
    assertEquals(claim, { clientID: "alice", key: "A" });
    await claims.renew("bob", "A", NOW_S);
    assertEquals(await claims.find("bob", NOW_S), undefined);
  },

  "a claim that was not used for 90 days lapses, and any key may claim the ID":
    async ({ claims }) => {
      const end = NOW_S + CLAIM_TTL_S;
      await claims.claim("alice", "A", NOW_S);
      assertFalse(await claims.claim("alice", "B", end - 1));
      assertEquals((await claims.find("alice", end))?.key, undefined);
      assert(await claims.claim("alice", "B", end));
      assertEquals((await claims.find("alice", end))?.key, "B");
      assertFalse(await claims.claim("alice", "A", end));
    },

  "a use a day later renews a claim": async ({ claims }) => {
    await claims.claim("alice", "A", NOW_S);
    await claims.claim("alice", "A", NOW_S + DAY_S);
    assertEquals((await claims.find("alice", NOW_S + CLAIM_TTL_S))?.key, "A");
  },

  "a claim moves from the key that owns it to another, which then owns it":
    async ({ claims }) => {
      await claims.claim("alice", "A", NOW_S);
      assertFalse(await claims.move("alice", "B", "C", NOW_S));
      assertFalse(await claims.move("bob", "A", "C", NOW_S));
      assertEquals((await claims.find("bob", NOW_S))?.key, undefined);
      for (let time = 0; time < 2; time++) {
        assert(await claims.move("alice", "A", "B", NOW_S + DAY_S));
        assertEquals((await claims.find("alice", NOW_S))?.key, "B");
      }
      assertFalse(await claims.claim("alice", "A", NOW_S));
      assertEquals((await claims.find("alice", NOW_S + CLAIM_TTL_S))?.key, "B");
    },

  "a claim is released in any spelling, and any key may claim the ID then":
    async ({ claims }) => {
      await claims.claim("alice", "A", NOW_S);
      await claims.claim("bob", "B", NOW_S);
      const released = await claims.release("ALICE", NOW_S);
      assertEquals(released, { clientID: "alice", key: "A" });
      assertEquals(await claims.release("alice", NOW_S), undefined);
      assert(await claims.claim("alice", "B", NOW_S));
      assertEquals(await claims.release("bob", NOW_S + CLAIM_TTL_S), undefined);
    },

  "the claims in force are listed page by page, with the time without use":
    async ({ claims }) => {
      const ids = Array.from({ length: 2500 }, (_, n) => `client${n}`);
      for (const id of ids) await claims.claim(id, "A", NOW_S + DAY_S);
      await claims.claim("lapsed", "B", NOW_S);
      const listed = [];
      for (let after = "";;) {
        const page = await claims.list(after, NOW_S + CLAIM_TTL_S);
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.clientID;
        listed.push(...page);
      }
      assertEquals(
        listed.map(({ clientID }) => clientID),
        ids.toSorted(),
      );
      for (const { key, unusedS } of listed) {
        assertEquals([key, unusedS], ["A", CLAIM_TTL_S - DAY_S]);
      }
    },

  "sweeping removes no claim that is in force": async ({ claims }) => {
    const end = NOW_S + CLAIM_TTL_S;
    for (let n = 0; n < 250; n++) await claims.claim(`old${n}`, "A", NOW_S);
    await claims.claim("alice", "A", NOW_S + 1);
    for (let step = 0; step < 3; step++) await claims.sweep(end);
    assertEquals((await claims.find("alice", end))?.key, "A");
    assertEquals((await claims.find("old0", end))?.key, undefined);
  },
};
