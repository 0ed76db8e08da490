import { assert, assertEquals } from "@std/assert";
import { PLAIN_LEASE_S } from "../../../../lib/protocol/mod.ts";
import type { Directory, Lease } from "../../../../lib/registry/mod.ts";
import type { StoreCases } from "./cases.ts";

const HOST = "192.0.2.1";
const SESSION = { id: "1", key: "K" };
const NOW_S = 1000;

/** Registers clients in plain, one after the other. */
async function register(
  directory: Directory,
  ...clientIDs: string[]
): Promise<void> {
  for (const clientID of clientIDs) {
    assert(await directory.leasePlain(clientID, HOST, 1, NOW_S));
  }
}

/** The lease of a client as it is now, whatever becomes of it later. */
async function leaseOf(
  directory: Directory,
  clientID: string,
): Promise<Lease> {
  const query = { limit: 1, prefix: clientID };
  const { leases: [lease] } = await directory.list(query, NOW_S);
  assert(lease !== undefined, `${clientID} is not registered`);
  return lease;
}

/** Has the directory note of clients that they refuse connections. */
async function noteRefusing(
  directory: Directory,
  ...clientIDs: string[]
): Promise<void> {
  for (const clientID of clientIDs) {
    await directory.setRefusing(await leaseOf(directory, clientID), true);
  }
}

/** The clients that alice is offered, one for each time she asks. */
async function offered(
  directory: Directory,
  times: number,
  { nowS = NOW_S, plainOnly = true } = {},
): Promise<(string | undefined)[]> {
  const clientIDs = [];
  for (let n = 0; n < times; n++) {
    const offer = await directory.nextClient("alice", HOST, nowS, plainOnly);
    clientIDs.push(offer?.lease.clientID);
  }
  return clientIDs;
}

/** Whether the next client that alice is offered is the only one. */
async function isOnly(
  directory: Directory,
  plainOnly = true,
): Promise<boolean | undefined> {
  const offer = await directory.nextClient("alice", HOST, NOW_S, plainOnly);
  return offer?.isOnly;
}

/** How clients that refuse connections are offered. */
export const REFUSING: StoreCases = {
  "a client that refuses connections is offered only if all others do": async (
    { directory },
  ) => {
    await register(directory, "alice", "bob", "carol", "dave");
    await noteRefusing(directory, "bob");
    assertEquals(await offered(directory, 3), ["carol", "dave", "carol"]);
    await noteRefusing(directory, "carol");
    assertEquals(await offered(directory, 2), ["dave", "dave"]);
    await noteRefusing(directory, "dave");
    assertEquals(await offered(directory, 4), ["bob", "carol", "dave", "bob"]);
  },

  "a client that refuses connections is found and listed as before": async (
    { directory },
  ) => {
    await register(directory, "alice", "bob", "carol");
    await noteRefusing(directory, "bob");
    const last = NOW_S + PLAIN_LEASE_S - 1;
    assertEquals((await directory.find("bob", last))?.clientID, "bob");
    const { leases } = await directory.list({ limit: 9 }, last);
    const clientIDs = leases.map(({ clientID }) => clientID);
    assertEquals(clientIDs, ["alice", "bob", "carol"]);
  },

  "a client that refuses connections is not offered first to one that is not registered":
    async ({ directory }) => {
      await register(directory, "bob", "carol");
      await noteRefusing(directory, "bob");
      assertEquals(await offered(directory, 2), ["carol", "carol"]);
    },

  "a client that accepts connections again has its turn again": async (
    { directory },
  ) => {
    await register(directory, "alice", "bob", "carol");
    await noteRefusing(directory, "bob");
    await directory.setRefusing(await leaseOf(directory, "bob"), false);
    assertEquals(await offered(directory, 2), ["bob", "carol"]);
  },

  "a client that registers again, at the same port or another, has its turn again":
    async ({ directory }) => {
      await register(directory, "alice", "bob", "carol");
      for (const port of [1, 2]) {
        await noteRefusing(directory, "bob");
        assertEquals(await offered(directory, 2), ["carol", "carol"]);
        await directory.leasePlain("bob", HOST, port, NOW_S);
        assertEquals(await offered(directory, 2), ["bob", "carol"]);
      }
    },

  "a session that takes over from a client that refused has its turn": async (
    { directory },
  ) => {
    await register(directory, "alice", "bob", "carol");
    await noteRefusing(directory, "bob");
    const place = { host: HOST, port: 1, plain: true };
    await directory.leaseToSession("bob", SESSION, place, NOW_S);
    assertEquals(await offered(directory, 2), ["bob", "carol"]);
  },

  "the note that a client refuses ends with its lease": async (
    { directory },
  ) => {
    await register(directory, "bob");
    await noteRefusing(directory, "bob");
    const end = NOW_S + PLAIN_LEASE_S;
    for (const clientID of ["alice", "carol", "bob"]) {
      await directory.leasePlain(clientID, HOST, 1, end);
    }
    const all = await offered(directory, 3, { nowS: end });
    assertEquals(all, ["carol", "bob", "carol"]);
  },

  "what was found out about a client is not noted once it is registered elsewhere":
    async ({ directory }) => {
      await register(directory, "alice", "bob", "carol");
      const before = await leaseOf(directory, "bob");
      await directory.leasePlain("bob", HOST, 2, NOW_S);
      await directory.setRefusing(before, true);
      assertEquals(await offered(directory, 2), ["bob", "carol"]);
      const plain = await leaseOf(directory, "bob");
      const place = { host: HOST, port: 2, plain: true };
      await directory.leaseToSession("bob", SESSION, place, NOW_S);
      await directory.setRefusing(plain, true);
      assertEquals(await offered(directory, 2), ["bob", "carol"]);
      await directory.release("bob", SESSION, NOW_S);
      await directory.leasePlain("bob", "192.0.2.2", 2, NOW_S);
      await directory.setRefusing(plain, true);
      assertEquals(await offered(directory, 2), ["bob", "carol"]);
      await directory.setRefusing({ ...plain, clientID: "nobody" }, true);
    },

  "an offer says whether another client could be offered as well": async (
    { directory },
  ) => {
    await register(directory, "alice");
    assertEquals(await isOnly(directory), undefined);
    await register(directory, "bob");
    for (let n = 0; n < 2; n++) assertEquals(await isOnly(directory), true);
    await register(directory, "carol");
    for (let n = 0; n < 3; n++) assertEquals(await isOnly(directory), false);
  },

  "a client that may not be named in plain is no other one there": async (
    { directory },
  ) => {
    await register(directory, "alice", "bob");
    const place = { host: HOST, port: 1, plain: false };
    await directory.leaseToSession("carol", SESSION, place, NOW_S);
    assertEquals(await isOnly(directory), true);
    assertEquals(await isOnly(directory, false), false);
  },

  "clients that refuse connections are no others for one that does not, only for each other":
    async ({ directory }) => {
      await register(directory, "alice", "bob", "carol");
      await noteRefusing(directory, "bob");
      for (let n = 0; n < 2; n++) assertEquals(await isOnly(directory), true);
      await noteRefusing(directory, "carol");
      for (let n = 0; n < 2; n++) assertEquals(await isOnly(directory), false);
    },

  "an offer is not changed by what becomes of the client": async (
    { directory },
  ) => {
    await register(directory, "alice", "bob");
    const offer = await directory.nextClient("alice", HOST, NOW_S, true);
    const place = { host: HOST, port: 2, plain: false };
    await directory.leaseToSession("bob", SESSION, place, NOW_S);
    const { candidates, plain, session } = offer?.lease ?? {};
    assertEquals([candidates, plain, session], [
      [{ address: { host: HOST, port: 1 } }],
      true,
      undefined,
    ]);
  },
};
