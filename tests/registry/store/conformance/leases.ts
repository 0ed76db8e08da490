import { assert, assertEquals, assertFalse } from "@std/assert";
import { LEASE_GRACE_S, PLAIN_LEASE_S } from "../../../../lib/protocol/mod.ts";
import type { SessionRef } from "../../../../lib/registry/mod.ts";
import type { StoreCases } from "./cases.ts";

const HOST = "192.0.2.1";
const PLACE = { host: HOST, port: 1, plain: false };
const NOW_S = 1000;
const LATER_S = NOW_S + 1_000_000;

/** A session of a key. */
function session(key: string): SessionRef {
  return { id: crypto.randomUUID(), key };
}

/** How long a client ID is held, in plain and by a session. */
export const LEASES: StoreCases = {
  "registering again renews the lease and moves the port": async (
    { directory },
  ) => {
    const renewed = NOW_S + PLAIN_LEASE_S - 1;
    assert(await directory.leasePlain("alice", HOST, 1, NOW_S));
    assert(await directory.leasePlain("alice", HOST, 2, renewed));
    const last = renewed + PLAIN_LEASE_S - 1;
    const lease = await directory.find("alice", last);
    assertEquals(lease?.candidates, [{ address: { host: HOST, port: 2 } }]);
  },

  "a lease in plain has no session, and may be named in plain": async (
    { directory },
  ) => {
    await directory.leasePlain("alice", HOST, 1, NOW_S);
    const lease = await directory.find("alice", NOW_S);
    assertEquals([lease?.clientID, lease?.host], ["alice", HOST]);
    assertEquals([lease?.session, lease?.plain], [undefined, true]);
  },

  "a lease ends an hour after the last registration": async (
    { directory },
  ) => {
    await directory.leasePlain("alice", HOST, 1, NOW_S);
    const end = NOW_S + PLAIN_LEASE_S;
    assertEquals((await directory.find("alice", end - 1))?.clientID, "alice");
    assertEquals(await directory.find("alice", end), undefined);
    assertEquals((await directory.list({ limit: 9 }, end)).leases, []);
  },

  "an ID is not leased to another address while its lease is in force": async (
    { directory },
  ) => {
    const other = "192.0.2.2";
    const end = NOW_S + PLAIN_LEASE_S;
    await directory.leasePlain("alice", HOST, 1, NOW_S);
    assertFalse(await directory.leasePlain("alice", other, 1, end - 1));
    assertEquals((await directory.find("alice", end - 1))?.host, HOST);
    assert(await directory.leasePlain("alice", other, 1, end));
    assertEquals((await directory.find("alice", end))?.host, other);
  },

  "a lease that a session holds lasts until it is released, and for the grace period":
    async (
      { directory },
    ) => {
      const a = session("A");
      assert(
        (await directory.leaseToSession("alice", a, PLACE, NOW_S)).isLeased,
      );
      await directory.sweep(LATER_S);
      assertEquals((await directory.find("alice", LATER_S))?.session, a);
      await directory.release("alice", a, LATER_S, LEASE_GRACE_S);
      const end = LATER_S + LEASE_GRACE_S;
      assertEquals((await directory.find("alice", end - 1))?.session, a);
      assertEquals(await directory.find("alice", end), undefined);
    },

  "a lease that is released without a grace ends at once": async (
    { directory },
  ) => {
    const a = session("A");
    await directory.leaseToSession("alice", a, PLACE, NOW_S);
    await directory.release("alice", a, NOW_S);
    assertEquals(await directory.find("alice", NOW_S), undefined);
    const held = await directory.leaseToSession(
      "alice",
      session("B"),
      PLACE,
      NOW_S,
    );
    assertEquals(held, { isLeased: true, replaced: undefined });
  },

  "a lease is taken over under its key, also within the grace, and not under another":
    async (
      { directory },
    ) => {
      const [first, second, third] = [session("A"), session("A"), session("A")];
      const hold = async (it: SessionRef, port: number, nowS: number) =>
        await directory.leaseToSession("alice", it, { ...PLACE, port }, nowS);
      const refused = { isLeased: false, replaced: undefined };
      await hold(first, 1, NOW_S);
      assertEquals(await hold(session("B"), 1, NOW_S), refused);
      assertEquals(await hold(second, 2, NOW_S), {
        isLeased: true,
        replaced: first,
      });
      // The session that lost it cannot end it.
      await directory.release("alice", first, NOW_S);
      const lease = await directory.find("alice", NOW_S);
      assertEquals(lease?.candidates[0].address.port, 2);
      await directory.release("alice", second, NOW_S, LEASE_GRACE_S);
      const last = NOW_S + LEASE_GRACE_S - 1;
      assertEquals(await hold(session("B"), 1, last), refused);
      assertEquals((await hold(third, 1, last)).isLeased, true);
      // A session does not replace itself.
      const again = await hold(third, 3, last);
      assertEquals(again, { isLeased: true, replaced: undefined });
    },

  "a lease that is made in plain is taken over from its own host only": async (
    { directory },
  ) => {
    for (const clientID of ["alice", "bob"]) {
      await directory.leasePlain(clientID, HOST, 1, NOW_S);
    }
    const elsewhere = { ...PLACE, host: "192.0.2.2" };
    const b = session("B");
    const refused = await directory.leaseToSession(
      "bob",
      session("B"),
      elsewhere,
      NOW_S,
    );
    assertFalse(refused.isLeased);
    const held = await directory.leaseToSession("bob", b, PLACE, NOW_S);
    assertEquals(held, { isLeased: true, replaced: undefined });
    const { leases } = await directory.list({ limit: 9 }, NOW_S);
    assertEquals(leases.map(({ clientID }) => clientID), ["alice", "bob"]);
    assertFalse(await directory.leasePlain("bob", HOST, 1, NOW_S));
  },

  "a lease that is revoked is gone at once, and one that was taken over is not":
    async (
      { directory },
    ) => {
      const [first, second] = [session("B"), session("B")];
      await directory.leasePlain("alice", HOST, 1, NOW_S);
      await directory.leaseToSession("bob", first, PLACE, NOW_S);
      const { leases } = await directory.list({ limit: 9 }, NOW_S);
      for (const lease of leases) await directory.revoke(lease);
      assertEquals((await directory.list({ limit: 9 }, NOW_S)).leases, []);
      await directory.leaseToSession("bob", first, PLACE, NOW_S);
      const held = await directory.list({ limit: 9 }, NOW_S);
      const stale = held.leases.map((
        { clientID, host, candidates, plain },
      ) => ({
        clientID,
        host,
        candidates,
        plain,
        session: first,
      }));
      await directory.leaseToSession("bob", second, PLACE, NOW_S);
      for (const lease of stale) await directory.revoke(lease);
      assertEquals((await directory.find("bob", NOW_S))?.session, second);
    },

  "a lease that was listed and then taken over is not revoked": async (
    { directory },
  ) => {
    const [first, second] = [session("B"), session("B")];
    await directory.leaseToSession("bob", first, PLACE, NOW_S);
    await directory.leasePlain("alice", HOST, 1, NOW_S);
    const { leases } = await directory.list({ limit: 9 }, NOW_S);
    const elsewhere = { ...PLACE, host: "192.0.2.77" };
    await directory.leaseToSession("bob", second, elsewhere, NOW_S);
    await directory.leaseToSession("alice", first, PLACE, NOW_S);
    for (const lease of leases) await directory.revoke(lease);
    assertEquals((await directory.find("bob", NOW_S))?.session, second);
    assertEquals((await directory.find("alice", NOW_S))?.session, first);
  },

  "sweeping forgets nothing that is held": async ({ directory }) => {
    const end = NOW_S + PLAIN_LEASE_S;
    for (let n = 0; n < 300; n++) {
      await directory.leasePlain(`old${n}`, HOST, 1, NOW_S);
    }
    await directory.leasePlain("alice", HOST, 1, NOW_S + 1);
    await directory.leaseToSession("bob", session("B"), PLACE, NOW_S);
    for (let step = 0; step < 4; step++) await directory.sweep(end);
    const { leases } = await directory.list({ limit: 9 }, end);
    assertEquals(leases.map(({ clientID }) => clientID), ["alice", "bob"]);
  },
};
