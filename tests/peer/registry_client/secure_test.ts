import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { encodeMessage, Message } from "../../../lib/framing/mod.ts";
import { PeerError, RefusedError } from "../../../lib/peer/mod.ts";
import { Registry, REGISTRY_RATES } from "../../../lib/registry/mod.ts";
import { fingerprint, Identity } from "../../../lib/secure/mod.ts";
import { startNetwork } from "../../support/test_network.ts";
import { TestPeer } from "../../support/test_peer.ts";
import {
  FakeRegistry,
  REGISTERED,
  type RequestHandler,
} from "../../support/fake_registry.ts";
import { endlessClients } from "../../support/lying_registry.ts";
import { at } from "../../support/at.ts";
import { unusedAddress } from "../../support/unused_address.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";

/** Where the registry says that a client is. */
async function whereIs({ peer }: Pick<TestPeer, "peer">, clientID: string) {
  return (await peer.bridge(clientID))?.candidates[0].address;
}

Deno.test("a registration is lost with its registry, and comes back with it, each said once", async () => {
  const identity = Identity.generate();
  const options = { plain: false, identity } as const;
  const before = Registry.listen({ ...options, listen: unusedAddress() });
  await using alice = new TestPeer("alice", before.address, {
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  await before.close();
  const lost = await alice.expect("registryLost");
  assertEquals([lost.final, lost.reason], [
    false,
    "the registry is shutting down",
  ]);
  // Long enough that some tries to come back are in vain.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await using after = Registry.listen({ ...options, listen: before.address });
  await alice.expect("registryBack");
  await using bob = new TestPeer("bob", after.address);
  await bob.peer.register();
  assertEquals(await whereIs(bob, "alice"), alice.peer.address);
});

Deno.test("a client comes back to a registry that registers it and hangs up at once", async () => {
  let registrations = 0;
  await using registry = new FakeRegistry({
    REGISTER: async (request, socket) => {
      if (++registrations !== 2) {
        return await socket.reply(request, "REGACK", REGISTERED);
      }
      // Both arrive at once: the link is over as soon as it is made.
      const seq = request.get("Seq") ?? "";
      const ack = encodeMessage(
        new Message("REGACK", [["Seq", seq], ...REGISTERED]),
      );
      await Promise.all([socket.sendBytes(ack), socket.closeWrite()]);
    },
  });
  await using alice = new TestPeer("alice", registry.address, {
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  at(registry.links, 0)[Symbol.dispose]();
  await alice.expect("registryLost");
  while (registrations < 3) {
    const { type } = await alice.next();
    assert(type === "registryLost" || type === "registryBack", type);
  }
});

Deno.test("a registry that returns with another key is reported once, and gets nothing before it is trusted", async () => {
  const before = new FakeRegistry();
  await using alice = new TestPeer("alice", before.address, {
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  await before[Symbol.asyncDispose]();
  await alice.expect("registryLost");
  const { host, port } = before.address;
  await using after = new FakeRegistry({}, { address: before.address });
  const { name, reason, fingerprint: print } = await alice.expect("keyChanged");
  assertEquals(name, `${host}:${port}`);
  assertEquals(print, fingerprint(after.identity.publicKey));
  assert(reason.includes("has changed"), reason);
  // It goes on trying, and says nothing more.
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals(after.links, []);
  assert(alice.peer.keys.trust(name, print));
  await alice.expect("trusted");
  await alice.expect("registryBack");
  assertEquals(after.links.length, 1);
});

Deno.test("a client that has registered on another connection does not come back by itself", async () => {
  await using network = await startNetwork({
    peers: { timings: FAST_BACKOFF },
  });
  const { alice: first, bob, registry } = network;
  const { identity } = first;
  const second = await network.startPeer("alice", { identity });
  const lost = await first.expect("registryLost");
  assertEquals(lost, {
    type: "registryLost",
    registry: registry.address,
    reason: "you have registered on another connection",
    final: true,
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(await whereIs(bob, "alice"), second.peer.address);
  await first.peer.register();
  assertEquals(await whereIs(bob, "alice"), first.peer.address);
  assertEquals((await second.expect("registryLost")).final, true);
});

Deno.test("a client that the registry has dismissed is not registered until it registers again", async () => {
  await using network = await startNetwork({ started: false });
  const identity = Identity.generate();
  const { address } = network.registry;
  await using first = new TestPeer("alice", address, { identity });
  assertFalse(first.peer.isRegistered);
  await first.peer.register();
  assert(first.peer.isRegistered);
  await network.startPeer("alice", { identity });
  await first.expect("registryLost");
  assertFalse(first.peer.isRegistered);
  await assertRejects(() => first.peer.info(), RefusedError);
  assertFalse(first.peer.isRegistered);
  await first.peer.register();
  assert(first.peer.isRegistered);
});

Deno.test("a client whose registry is away stays registered while it comes back", async () => {
  const before = new FakeRegistry();
  await using alice = new TestPeer("alice", before.address, {
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  await before[Symbol.asyncDispose]();
  await alice.expect("registryLost");
  assert(alice.peer.isRegistered);
  const { address, identity } = before;
  await using _after = new FakeRegistry({
    REGISTER: (request, socket) =>
      socket.reply(request, "ERROR", [["Code", "403"], ["Reason", "no"]]),
  }, { address, identity });
  assert((await alice.expect("registryLost")).final);
  assertFalse(alice.peer.isRegistered);
});

Deno.test("a client that has closed is not registered", async () => {
  await using registry = new FakeRegistry();
  const alice = new TestPeer("alice", registry.address);
  await alice.peer.register();
  await alice[Symbol.asyncDispose]();
  assertFalse(alice.peer.isRegistered);
});

Deno.test("a registration is lost with a link that ends as soon as it is made", async () => {
  let registrations = 0;
  await using registry = new FakeRegistry({
    COLLECT: (request, socket) => socket.reply(request, "COLLECTACK"),
    REGISTER: async (request, socket) => {
      if (++registrations > 1) {
        return await socket.reply(request, "REGACK", REGISTERED);
      }
      const seq = request.get("Seq") ?? "";
      const ack = encodeMessage(
        new Message("REGACK", [["Seq", seq], ...REGISTERED]),
      );
      await Promise.all([socket.sendBytes(ack), socket.closeWrite()]);
    },
  });
  await using alice = new TestPeer("alice", registry.address, {
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  await alice.expect("registryLost");
  await alice.expect("registryBack");
  assert(alice.peer.isRegistered);
});

Deno.test("a client that is taken off the list stays away", async () => {
  await using network = await startNetwork();
  const { alice, registry } = network;
  registry.allow(new Set());
  const { final, reason } = await alice.expect("registryLost");
  assert(final);
  assert(reason.includes(alice.peer.fingerprint), reason);
});

Deno.test("a registration that is refused while the client comes back is reported as lost for good", async () => {
  let registrations = 0;
  await using registry = new FakeRegistry({
    REGISTER: (request, socket) =>
      ++registrations === 1
        ? socket.reply(request, "REGACK", REGISTERED)
        : socket.reply(request, "ERROR", [["Code", "403"], ["Reason", "no"]]),
  });
  await using alice = new TestPeer("alice", registry.address, {
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  at(registry.links, 0)[Symbol.dispose]();
  assertEquals((await alice.expect("registryLost")).final, false);
  const { final, reason } = await alice.expect("registryLost");
  assertEquals([final, reason], [true, "the registry refuses: no"]);
});

Deno.test("a request that waits for a reply is refused when the link ends", async () => {
  await using registry = new FakeRegistry({
    INFO: () => {},
    BRIDGE: (_, socket) => socket[Symbol.dispose](),
  });
  await using alice = new TestPeer("alice", registry.address);
  const asked = [alice.peer.info(), alice.peer.bridge("bob")];
  for (const question of asked) {
    await assertRejects(() => question, PeerError, "the registry ended");
  }
});

Deno.test("a listing that never ends is given up", async () => {
  let pages = 0;
  await using registry = new FakeRegistry({
    INFO: (request, socket) =>
      socket.reply(request, "INFOACK", [["After", `client-${++pages}`]]),
  });
  await using alice = new TestPeer("alice", registry.address);
  await assertRejects(
    () => alice.peer.info(),
    PeerError,
    "sent more than 1000 pages of clients",
  );
  assertEquals(pages, 1000);
});

Deno.test("a listing that repeats a page, is too long or takes too long is given up", async () => {
  await using registry = new FakeRegistry();
  await using alice = new TestPeer("alice", registry.address, {
    timings: { listTimeoutMs: 20 },
  });
  const refused = async (handler: RequestHandler, reason: string) => {
    registry.handlers.INFO = handler;
    await assertRejects(() => alice.peer.info(), PeerError, reason);
  };
  await refused(
    endlessClients({ clients: 1, after: "bob" }),
    "it repeats a page of clients",
  );
  await refused(
    endlessClients({ clients: 1, after: "a".repeat(300) }),
    "After is too long",
  );
  const slow = endlessClients({ clients: 0 });
  await refused(async (request, socket) => {
    await new Promise((resolve) => setTimeout(resolve, 25));
    await slow(request, socket);
  }, "has not sent all clients in 0.02 s");
});

Deno.test("a listing of more than 20,000 clients is given up", async () => {
  await using registry = new FakeRegistry({
    INFO: endlessClients({ clients: 384 }),
  });
  await using alice = new TestPeer("alice", registry.address);
  await assertRejects(
    () => alice.peer.info(),
    PeerError,
    "lists more than 20000 clients",
  );
  assertEquals(alice.peer.knownNames(), []);
});

Deno.test("the names that a registry gives are remembered up to a limit", async () => {
  await using registry = new FakeRegistry();
  await using alice = new TestPeer("alice", registry.address);
  const page = endlessClients({ clients: 384 });
  for (let round = 0; round < 3; round++) {
    let pages = 0;
    registry.handlers.INFO = (request, socket) =>
      ++pages === 40
        ? socket.reply(request, "INFOACK", [], `last-${round} 192.0.2.7:1 -`)
        : page(request, socket);
    await alice.peer.info();
  }
  const names = alice.peer.knownNames();
  assertEquals(names.length, 20_000);
  assertEquals(names.at(-1), "last-2");
});

const NONSENSE: [what: string, answer: RequestHandler][] = [
  ["another method", (request, socket) => socket.reply(request, "PONG")],
  ["no client ID", (request, socket) => socket.reply(request, "BRIDGEACK")],
  [
    "no address",
    (request, socket) =>
      socket.reply(request, "BRIDGEACK", [["clientID", "bob"]]),
  ],
  [
    "a host name",
    (request, socket) =>
      socket.reply(request, "BRIDGEACK", [
        ["clientID", "bob"],
        ["Candidates", "internal.example.com:80"],
      ]),
  ],
  [
    "a bad key",
    (request, socket) =>
      socket.reply(request, "BRIDGEACK", [
        ["clientID", "bob"],
        ["Candidates", "127.0.0.1:1"],
        ["Key", "short"],
      ]),
  ],
  [
    "another client",
    (request, socket) =>
      socket.reply(request, "BRIDGEACK", [
        ["clientID", "mallory"],
        ["Candidates", "127.0.0.1:1"],
      ]),
  ],
  ["no message", (_, socket) => socket.sendBytes("\0\0\0")],
  [
    "an ERROR without a code",
    (request, socket) => socket.reply(request, "ERROR"),
  ],
];

for (const [what, answer] of NONSENSE) {
  Deno.test(`a registry that answers BRIDGE with ${what} is reported in a message for the user`, async () => {
    await using registry = new FakeRegistry({ BRIDGE: answer });
    await using alice = new TestPeer("alice", registry.address);
    await assertRejects(() => alice.peer.bridge("bob"), PeerError, "registry");
    await assertRejects(() => alice.peer.chat("bob"), PeerError, "registry");
  });
}

Deno.test("a reply that was not asked for, or that comes twice, is ignored", async () => {
  await using registry = new FakeRegistry({
    INFO: async (request, socket) => {
      await socket.send("INFOACK", [["Seq", "999"]], "mallory 127.0.0.1:1 -");
      await socket.send("MAYBE");
      await socket.reply(request, "INFOACK", [], "bob 127.0.0.1:1 -\r\n");
      await socket.reply(request, "INFOACK", [], "carol 127.0.0.1:1 -\r\n");
    },
  });
  await using alice = new TestPeer("alice", registry.address);
  for (let n = 0; n < 2; n++) {
    const clients = await alice.peer.info();
    assertEquals(clients.map(({ clientID }) => clientID), ["bob"]);
  }
});

Deno.test("messages for more clients than may be bridged at once do not cost the registration", async () => {
  const bridges = { perSecond: 20, burst: 5 };
  await using network = await startNetwork({
    registry: { rates: { ...REGISTRY_RATES, bridges } },
    started: false,
  });
  const { alice, bob } = network;
  for (let n = 0; n < 300; n++) {
    alice.store.outbox.queue(`client-${n}`, "hello", Date.now());
  }
  await alice.start();
  // Each is told to be unknown, sooner or later, and nothing else happens.
  for (let n = 0; n < 300; n++) await alice.expect("waiting");
  await bob.start();
  assertEquals(await whereIs(bob, "alice"), alice.peer.address);
});
