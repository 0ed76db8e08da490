import { assert, assertEquals } from "@std/assert";
import { NO_QUOTAS } from "../../../lib/peer/mod.ts";
import { formatAddress } from "../../../lib/net/mod.ts";
import { openEmbeddedStore } from "../../../lib/registry/mod.ts";
import { startNetwork } from "../../support/test_network.ts";
import { TestPeer } from "../../support/test_peer.ts";

Deno.test("a message to a client that is online is delivered, and its sender gets an event", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const message = await alice.peer.send("bob", "hello");
  assertEquals(await bob.connected(), "alice");
  assertEquals(await bob.message(), "hello");
  await alice.connected();
  assertEquals((await alice.expect("delivered")).id, message?.id);
});

Deno.test("a message to a client that is offline is left, collected, acknowledged by a receipt and shown once", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  // The registry knows bob's key.
  await bob.stop();
  await alice.peer.send("bob", "for later");
  assertEquals((await alice.expect("left")).to, "bob");
  await alice.stop();
  await bob.start();
  assertEquals(await bob.message(), "for later");
  await bob.stop();
  assertEquals(alice.store.outbox.count("bob"), 1);
  await alice.start();
  assertEquals((await alice.expect("delivered")).to, "bob");
  assertEquals(alice.store.outbox.count("bob"), 0);
  assertEquals(bob.texts(), ["for later"]);
});

Deno.test("the outbox goes on by itself at the next start", async () => {
  await using network = await startNetwork({ started: false });
  const { alice, bob } = network;
  alice.store.outbox.queue("bob", "first", Date.now());
  alice.store.outbox.queue("bob", "second", Date.now());
  await bob.start();
  await alice.start();
  assertEquals(await bob.connected(), "alice");
  assertEquals(await bob.message(), "first");
  assertEquals(await bob.message(), "second");
});

Deno.test("a thousand messages from an outbox arrive in order, none twice", async () => {
  await using network = await startNetwork({
    started: false,
    peers: { quotas: NO_QUOTAS },
  });
  const { alice, bob } = network;
  const texts = Array.from({ length: 1000 }, (_, n) => String(n));
  for (const text of texts) alice.store.outbox.queue("bob", text, Date.now());
  await bob.start();
  await alice.start();
  await bob.connected();
  for (const text of texts) assertEquals(await bob.message(), text);
  assertEquals(bob.texts(), texts);
});

Deno.test("two peers that dial each other at once have one conversation", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await Promise.all([
    alice.peer.send("bob", "from alice"),
    bob.peer.send("alice", "from bob"),
  ]);
  await alice.connected();
  await bob.connected();
  assertEquals(await alice.message(), "from bob");
  assertEquals(await bob.message(), "from alice");
  assertEquals(alice.peer.parties.length, 1);
  assertEquals(bob.peer.parties.length, 1);
});

Deno.test("a message that waits can be taken back, and one that has gone cannot", async () => {
  await using network = await startNetwork({ started: false });
  const { alice, bob } = network;
  await alice.start();
  const waits = await alice.peer.send("bob", "never mind");
  assert(waits !== undefined);
  await alice.expect("waiting");
  assertEquals(alice.peer.queue.list().map(({ text }) => text), ["never mind"]);
  assertEquals(alice.peer.queue.unsend(waits.id)?.text, "never mind");
  assertEquals(alice.peer.queue.list(), []);

  await bob.start();
  const gone = await alice.peer.send("bob", "too late");
  await bob.connected();
  await bob.message();
  assertEquals(alice.peer.queue.unsend(gone?.id ?? ""), undefined);
});

Deno.test("without history nothing is kept past delivery", async () => {
  await using network = await startNetwork({ keepHistory: false });
  const { alice, bob } = network;
  await alice.peer.send("bob", "gone with the wind");
  await bob.connected();
  assertEquals(await bob.message(), "gone with the wind");
  await alice.connected();
  await alice.expect("delivered");
  assertEquals([alice.texts(), bob.texts()], [[], []]);
});

Deno.test("a letter under another client's ID is discarded", async () => {
  using store = openEmbeddedStore(":memory:");
  await using network = await startNetwork({ registry: { store } });
  const { alice, bob, registry } = network;
  await bob.stop();
  // Mallory's own client says that it is bob.
  await using liar = new TestPeer("bob", registry.address);
  await liar.peer.send("alice", "I am bob").catch(() => {});
  await liar.peer.chat(formatAddress(alice.peer.address)).catch(() => {});
  assertEquals((await alice.expect("refused")).reason.includes("bob"), true);
  assertEquals(alice.texts(), []);
  assertEquals(alice.store.pins.get("bob"), undefined);
});
