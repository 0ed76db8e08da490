import { assert, assertEquals, assertFalse } from "@std/assert";
import { LEASE_GRACE_S, PLAIN_LEASE_S } from "../../../lib/protocol/mod.ts";
import { Directory } from "../../../lib/registry/store/directory.ts";
import { RegistryError } from "../../../lib/registry/errors.ts";

const HOST = "192.0.2.1";
const PLACE = { host: HOST, port: 1, plain: false };

/** A link under a key, and what it is told when it loses an ID. */
function holder(key: string) {
  const told: number[] = [];
  return {
    key,
    told,
    dismiss: ({ code }: { code: number }) => void told.push(code),
    tellOfMail() {},
  };
}

function listed(directory: Directory, now = 0): string[] {
  return Array.from(directory.list(now), ({ clientID }) => clientID);
}

/** A directory of clients that registered one after the other. */
function directoryOf(...clientIDs: string[]): Directory {
  const directory = new Directory();
  for (const clientID of clientIDs) directory.register(clientID, HOST, 1, 0);
  return directory;
}

function offers(directory: Directory, clientID: string, times: number) {
  return Array.from(
    { length: times },
    () => directory.offer(clientID, HOST, 0, true)?.clientID,
  );
}

Deno.test("clients are listed in the order in which they registered", () => {
  const directory = directoryOf("carol", "alice", "bob");
  assertEquals(listed(directory), ["carol", "alice", "bob"]);
});

Deno.test("registering again renews the lease, moves the port and keeps the place", () => {
  const directory = directoryOf("alice", "bob");
  assert(directory.register("alice", HOST, 2, PLAIN_LEASE_S - 1));
  assertEquals(directory.find("alice", 2 * PLAIN_LEASE_S - 2)?.port, 2);
  assertEquals(listed(directory, PLAIN_LEASE_S - 1), ["alice", "bob"]);
});

Deno.test("a lease ends an hour after the last registration", () => {
  const directory = directoryOf("alice");
  assertEquals(directory.find("alice", PLAIN_LEASE_S - 1)?.clientID, "alice");
  assertEquals(directory.find("alice", PLAIN_LEASE_S), undefined);
  assertEquals(listed(directory, PLAIN_LEASE_S), []);
});

Deno.test("an ID is not given to another address while its lease lives", () => {
  const directory = directoryOf("alice");
  assertFalse(directory.register("alice", "192.0.2.2", 1, PLAIN_LEASE_S - 1));
  assertEquals(directory.find("alice", 0)?.host, HOST);
  assert(directory.register("alice", "192.0.2.2", 1, PLAIN_LEASE_S));
  assertEquals(directory.find("alice", PLAIN_LEASE_S)?.host, "192.0.2.2");
});

Deno.test("an ID that lapsed and came back is the newest", () => {
  const directory = directoryOf("alice");
  directory.register("bob", HOST, 1, PLAIN_LEASE_S - 1);
  directory.register("alice", HOST, 1, PLAIN_LEASE_S);
  assertEquals(listed(directory, PLAIN_LEASE_S), ["bob", "alice"]);
});

Deno.test("each other client is offered in turn and then from the start", () => {
  const directory = directoryOf("bob", "alice", "carol");
  assertEquals(offers(directory, "alice", 5), [
    "bob",
    "carol",
    "bob",
    "carol",
    "bob",
  ]);
});

Deno.test("a client that has come since is offered in its turn", () => {
  const directory = directoryOf("alice", "bob");
  assertEquals(offers(directory, "alice", 1), ["bob"]);
  directory.register("carol", HOST, 1, 0);
  assertEquals(offers(directory, "alice", 2), ["carol", "bob"]);
});

Deno.test("a client whose lease has ended is not offered", () => {
  const directory = new Directory();
  directory.register("bob", HOST, 1, 0);
  directory.register("alice", HOST, 1, 10);
  assertEquals(directory.offer("alice", HOST, PLAIN_LEASE_S, true), undefined);
});

Deno.test("a client alone is offered nobody, and somebody who comes later", () => {
  const directory = directoryOf("alice");
  assertEquals(offers(directory, "alice", 2), [undefined, undefined]);
  directory.register("bob", HOST, 1, 0);
  assertEquals(offers(directory, "alice", 1), ["bob"]);
});

Deno.test("one that is not registered is offered the longest registered", () => {
  const directory = directoryOf("alice", "bob");
  assertEquals(offers(directory, "mallory", 2), ["alice", "alice"]);
});

Deno.test("another address cannot take somebody's turn", () => {
  const directory = directoryOf("alice", "bob", "carol");
  directory.offer("alice", "192.0.2.2", 0, true);
  assertEquals(offers(directory, "alice", 2), ["bob", "carol"]);
});

Deno.test("a lease that is made on a link lasts as long as the link, and a grace", () => {
  const directory = new Directory();
  const link = holder("A");
  assert(directory.hold("alice", link, PLACE, 0));
  const later = 1_000_000_000;
  directory.sweep(later);
  assertEquals(directory.find("alice", later)?.holder, link);
  directory.release("alice", link, later + LEASE_GRACE_S);
  assertEquals(
    directory.find("alice", later + LEASE_GRACE_S - 1)?.holder,
    link,
  );
  assertEquals(directory.find("alice", later + LEASE_GRACE_S), undefined);
  assertEquals(LEASE_GRACE_S, 30);
});

Deno.test("a lease that is released without a grace ends at once", () => {
  const directory = new Directory();
  const link = holder("A");
  directory.hold("alice", link, PLACE, 0);
  directory.release("alice", link);
  assertEquals(directory.find("alice", 0), undefined);
  assert(directory.hold("alice", holder("B"), PLACE, 0));
});

Deno.test("a lease is taken over under its key, also within the grace, and not under another", () => {
  const directory = new Directory();
  const [first, second, third] = [holder("A"), holder("A"), holder("A")];
  directory.hold("alice", first, PLACE, 0);
  assertFalse(directory.hold("alice", holder("B"), PLACE, 0));
  assertEquals(first.told, []);
  assert(directory.hold("alice", second, { ...PLACE, port: 2 }, 0));
  assertEquals([first.told, second.told], [[409], []]);
  // The link that lost it cannot end it.
  directory.release("alice", first);
  assertEquals(directory.find("alice", 0)?.port, 2);
  directory.release("alice", second, LEASE_GRACE_S);
  assertFalse(directory.hold("alice", holder("B"), PLACE, LEASE_GRACE_S - 1));
  assert(directory.hold("alice", third, PLACE, LEASE_GRACE_S - 1));
  assert(
    directory.hold("alice", third, { ...PLACE, port: 3 }, LEASE_GRACE_S - 1),
  );
  assertEquals(third.told, []);
});

Deno.test("a lease that is made in plain is taken over from its own host only", () => {
  const directory = directoryOf("alice", "bob");
  const elsewhere = { ...PLACE, host: "192.0.2.2" };
  assertFalse(directory.hold("bob", holder("B"), elsewhere, 0));
  assert(directory.hold("bob", holder("B"), PLACE, 0));
  assertEquals(listed(directory), ["alice", "bob"]);
  assertFalse(directory.register("bob", HOST, 1, 0));
});

Deno.test("a lease that is revoked is gone at once, and its client is told why", () => {
  const directory = directoryOf("alice");
  const link = holder("B");
  directory.hold("bob", link, PLACE, 0);
  for (const lease of directory.list(0)) {
    directory.revoke(lease, new RegistryError(403, "go"));
  }
  assertEquals([link.told, listed(directory)], [[403], []]);
});

Deno.test("those who may not be named in plain are not offered there", () => {
  const directory = directoryOf("alice");
  directory.hold("bob", holder("B"), PLACE, 0);
  directory.hold("carol", holder("C"), { ...PLACE, plain: true }, 0);
  assertEquals(offers(directory, "alice", 2), ["carol", "carol"]);
  const { clientID } = directory.offer("alice", HOST, 0, false) ?? {};
  assertEquals(clientID, "bob");
});

Deno.test("sweeping forgets what has run out, in steps, and nothing else", () => {
  const directory = new Directory();
  for (let n = 0; n < 50_000; n++) {
    directory.register(`old${n}`, HOST, 1, 0);
  }
  directory.register("alice", HOST, 1, 1);
  for (let step = 0; step < 4; step++) directory.sweep(PLAIN_LEASE_S);
  assertEquals(directory.size, 1);
  assertEquals(listed(directory, PLAIN_LEASE_S), ["alice"]);
});
