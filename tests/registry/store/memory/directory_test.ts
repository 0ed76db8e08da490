import { assertEquals } from "@std/assert";
import { PLAIN_LEASE_S } from "../../../../lib/protocol/mod.ts";
import { MemoryDirectory } from "../../../../lib/registry/store/memory/mod.ts";

const HOST = "192.0.2.1";

function listed(directory: MemoryDirectory, nowS: number): string[] {
  const { leases } = directory.list({ limit: 9 }, nowS);
  return leases.map(({ clientID }) => clientID);
}

Deno.test("sweeping removes leases that have ended, in steps, and no others", () => {
  const directory = new MemoryDirectory();
  for (let n = 0; n < 50_000; n++) {
    directory.leasePlain(`old${n}`, HOST, 1, 0);
  }
  directory.leasePlain("alice", HOST, 1, 1);
  directory.sweep(PLAIN_LEASE_S);
  assertEquals(directory.size > 25_000, true);
  for (let step = 0; step < 3; step++) directory.sweep(PLAIN_LEASE_S);
  assertEquals(directory.size, 1);
  assertEquals(listed(directory, PLAIN_LEASE_S), ["alice"]);
});

Deno.test("a page ends after 20,000 checked leases, and the next continues", () => {
  const directory = new MemoryDirectory();
  for (let n = 0; n < 25_000; n++) directory.leasePlain(`a${n}`, HOST, 1, 0);
  directory.leasePlain("b", HOST, 1, 0);
  const query = { limit: 9, prefix: "b" };
  const { leases, end } = directory.list(query, 0);
  assertEquals([leases, end?.clientID], [[], "a19999"]);
  const rest = directory.list({ ...query, after: end?.cursor }, 0);
  assertEquals(rest.leases.map(({ clientID }) => clientID), ["b"]);
  assertEquals(rest.end, undefined);
});

/** A directory of clients in plain, and their leases as they are at first. */
function registered(...clientIDs: string[]) {
  const directory = new MemoryDirectory();
  for (const clientID of clientIDs) directory.leasePlain(clientID, HOST, 1, 0);
  const { leases } = directory.list({ limit: clientIDs.length }, 0);
  const next = () => directory.nextClient("bob", HOST, 0, true)?.lease.clientID;
  return { directory, leases, next };
}

/** The names of clients. */
function names(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `old${n}`);
}

Deno.test("of the clients that refuse connections 1,000 are passed over, the last ones noted", () => {
  const { directory, leases, next } = registered(...names(1002));
  for (const lease of leases.slice(0, 1000)) directory.setRefusing(lease, true);
  assertEquals(next(), "old1000");
  for (const lease of leases.slice(1000, 1001)) {
    directory.setRefusing(lease, true);
  }
  assertEquals(next(), "old0");
});

Deno.test("of a client whose lease has ended no note remains that would take another's place", () => {
  const { directory, leases, next } = registered(...names(1002));
  for (const lease of leases.slice(0, 1000)) directory.setRefusing(lease, true);
  for (const lease of leases.slice(1, 1000)) directory.revoke(lease);
  for (const lease of leases.slice(1000, 1001)) {
    directory.setRefusing(lease, true);
  }
  assertEquals(next(), "old1001");
});
