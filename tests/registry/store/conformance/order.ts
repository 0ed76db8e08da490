import { assertEquals } from "@std/assert";
import { PLAIN_LEASE_S } from "../../../../lib/protocol/mod.ts";
import type {
  Cursor,
  Directory,
  ListQuery,
} from "../../../../lib/registry/mod.ts";
import type { StoreCases } from "./cases.ts";

const HOST = "192.0.2.1";
const PLACE = { host: HOST, port: 1, plain: false };
const NOW_S = 1000;

/** Registers clients in plain, one after the other. */
async function register(
  directory: Directory,
  clientIDs: readonly string[],
  nowS = NOW_S,
): Promise<void> {
  for (const clientID of clientIDs) {
    await directory.leasePlain(clientID, HOST, 1, nowS);
  }
}

/** The client IDs in all pages of a listing. */
async function listed(
  directory: Directory,
  nowS = NOW_S,
  query: ListQuery = { limit: 2 },
): Promise<string[]> {
  const clientIDs: string[] = [];
  let after: Cursor | undefined;
  do {
    const page = await directory.list({ ...query, after }, nowS);
    clientIDs.push(...page.leases.map(({ clientID }) => clientID));
    after = page.end?.cursor;
  } while (after !== undefined);
  return clientIDs;
}

/** The clients that a client is offered, one for each time it asks. */
async function offered(
  directory: Directory,
  clientID: string,
  times: number,
  plainOnly = true,
): Promise<(string | undefined)[]> {
  const clientIDs = [];
  for (let n = 0; n < times; n++) {
    const offer = await directory.nextClient(clientID, HOST, NOW_S, plainOnly);
    clientIDs.push(offer?.lease.clientID);
  }
  return clientIDs;
}

/** In which order clients are listed and offered. */
export const ORDER: StoreCases = {
  "clients are listed in the order in which they registered": async (
    { directory },
  ) => {
    await register(directory, ["carol", "alice", "bob"]);
    assertEquals(await listed(directory), ["carol", "alice", "bob"]);
  },

  "a client that registers again keeps its place": async ({ directory }) => {
    await register(directory, ["alice", "bob"]);
    const renewed = NOW_S + PLAIN_LEASE_S - 1;
    await register(directory, ["alice"], renewed);
    assertEquals(await listed(directory, renewed), ["alice", "bob"]);
  },

  "an ID that lapsed and came back is the newest": async ({ directory }) => {
    const end = NOW_S + PLAIN_LEASE_S;
    await register(directory, ["alice"]);
    await register(directory, ["bob"], end - 1);
    await register(directory, ["alice"], end);
    assertEquals(await listed(directory, end), ["bob", "alice"]);
  },

  "a listing has every client once, however long its pages are": async (
    { directory },
  ) => {
    const clientIDs = Array.from({ length: 25 }, (_, n) => `client${n}`);
    await register(directory, clientIDs);
    for (const limit of [1, 7, 25, 100]) {
      assertEquals(await listed(directory, NOW_S, { limit }), clientIDs);
    }
    const query = { limit: 3, prefix: "client2" };
    assertEquals(
      await listed(directory, NOW_S, query),
      clientIDs.filter((clientID) => clientID.startsWith("client2")),
    );
  },

  "a page says where it ends, by client ID and by cursor": async (
    { directory },
  ) => {
    await register(directory, ["alice", "bob", "carol"]);
    const first = await directory.list({ limit: 2 }, NOW_S);
    assertEquals(first.end?.clientID, "bob");
    const query = { limit: 2, after: first.end?.cursor };
    const second = await directory.list(query, NOW_S);
    assertEquals(second.leases.map(({ clientID }) => clientID), ["carol"]);
    assertEquals(second.end, undefined);
  },

  "a listing continues correctly while clients register and leave": async (
    { directory },
  ) => {
    const session = { id: "1", key: "B" };
    await register(directory, ["a"]);
    await directory.leaseToSession("b", session, PLACE, NOW_S);
    await register(directory, ["c"]);
    const { end } = await directory.list({ limit: 2 }, NOW_S);
    await directory.release("b", session, NOW_S);
    await register(directory, ["d"]);
    const rest = await directory.list({ limit: 9, after: end?.cursor }, NOW_S);
    assertEquals(rest.leases.map(({ clientID }) => clientID), ["c", "d"]);
  },

  "a cursor can be used again": async ({ directory }) => {
    await register(directory, ["a", "b", "c"]);
    const { end } = await directory.list({ limit: 1 }, NOW_S);
    const query = { limit: 9, after: end?.cursor };
    const once = await directory.list(query, NOW_S);
    assertEquals(once.leases.map(({ clientID }) => clientID), ["b", "c"]);
    assertEquals(await directory.list(query, NOW_S), once);
  },

  "each other client is offered in turn and then from the start": async (
    { directory },
  ) => {
    await register(directory, ["bob", "alice", "carol"]);
    assertEquals(await offered(directory, "alice", 5), [
      "bob",
      "carol",
      "bob",
      "carol",
      "bob",
    ]);
  },

  "a client that registers later is offered in its turn": async (
    { directory },
  ) => {
    await register(directory, ["alice", "bob"]);
    assertEquals(await offered(directory, "alice", 1), ["bob"]);
    await register(directory, ["carol"]);
    assertEquals(await offered(directory, "alice", 2), ["carol", "bob"]);
  },

  "a turn goes on behind a client that has left": async ({ directory }) => {
    const session = { id: "1", key: "B" };
    await register(directory, ["alice"]);
    await directory.leaseToSession(
      "bob",
      session,
      { ...PLACE, plain: true },
      NOW_S,
    );
    await register(directory, ["carol", "dave"]);
    assertEquals(await offered(directory, "alice", 1), ["bob"]);
    await directory.release("bob", session, NOW_S);
    assertEquals(await offered(directory, "alice", 2), ["carol", "dave"]);
  },

  "a client whose lease has ended is not offered": async ({ directory }) => {
    const end = NOW_S + PLAIN_LEASE_S;
    await register(directory, ["bob"]);
    await register(directory, ["alice"], NOW_S + 10);
    assertEquals(
      await directory.nextClient("alice", HOST, end, true),
      undefined,
    );
  },

  "a client alone is offered none, and then a client that registers later":
    async (
      { directory },
    ) => {
      await register(directory, ["alice"]);
      assertEquals(await offered(directory, "alice", 2), [
        undefined,
        undefined,
      ]);
      await register(directory, ["bob"]);
      assertEquals(await offered(directory, "alice", 1), ["bob"]);
    },

  "a client that is not registered is offered the one registered longest":
    async (
      { directory },
    ) => {
      await register(directory, ["alice", "bob"]);
      assertEquals(await offered(directory, "mallory", 2), ["alice", "alice"]);
    },

  "another address cannot take a client's turn": async ({ directory }) => {
    await register(directory, ["alice", "bob", "carol"]);
    await directory.nextClient("alice", "192.0.2.2", NOW_S, true);
    assertEquals(await offered(directory, "alice", 2), ["bob", "carol"]);
  },

  "clients that may not be named in plain are neither listed nor offered there":
    async (
      { directory },
    ) => {
      const [b, c] = [{ id: "1", key: "B" }, { id: "2", key: "C" }];
      await register(directory, ["alice"]);
      await directory.leaseToSession("bob", b, PLACE, NOW_S);
      await directory.leaseToSession(
        "carol",
        c,
        { ...PLACE, plain: true },
        NOW_S,
      );
      assertEquals(await offered(directory, "alice", 2), ["carol", "carol"]);
      assertEquals(await offered(directory, "alice", 1, false), ["bob"]);
      const query = { limit: 1, plainOnly: true };
      assertEquals(await listed(directory, NOW_S, query), ["alice", "carol"]);
      assertEquals(await listed(directory), ["alice", "bob", "carol"]);
    },
};
