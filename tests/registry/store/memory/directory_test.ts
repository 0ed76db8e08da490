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
