import { assert, assertEquals } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import { openState, Registry } from "../../../lib/registry/mod.ts";
import { plainRegistry, TestPeer } from "../../support/test_peer.ts";
import { RestartablePeer } from "../../support/restartable_peer.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

Deno.test("a message to somebody who is there is delivered, and its sender is told", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  using two = new RestartablePeer("bob");
  await using alice = await one.start(registry);
  await using bob = await two.start(registry);
  const message = await alice.peer.send("bob", "hello");
  assertEquals(await bob.connected(), "alice");
  assertEquals(await bob.message(), "hello");
  await alice.connected();
  assertEquals((await alice.expect("delivered")).id, message?.id);
});

Deno.test("a message to somebody who is offline is left, collected, receipted and shown once", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  using two = new RestartablePeer("bob");
  {
    // The registry knows bob's key from then on.
    await using _bob = await two.start(registry);
  }
  {
    await using alice = await one.start(registry);
    await alice.peer.send("bob", "for later");
    assertEquals((await alice.expect("left")).to, "bob");
  }
  {
    await using bob = await two.start(registry);
    assertEquals(await bob.message(), "for later");
  }
  assertEquals(one.store.outbox.count("bob"), 1);
  await using again = await one.start(registry);
  assertEquals((await again.expect("delivered")).to, "bob");
  assertEquals(one.store.outbox.count("bob"), 0);
  assertEquals(two.texts(), ["for later"]);
});

Deno.test("the outbox goes on by itself at the next start", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  using two = new RestartablePeer("bob");
  one.store.outbox.queue("bob", "first", Date.now());
  one.store.outbox.queue("bob", "second", Date.now());
  await using bob = await two.start(registry);
  await using _alice = await one.start(registry);
  assertEquals(await bob.connected(), "alice");
  assertEquals(await bob.message(), "first");
  assertEquals(await bob.message(), "second");
});

Deno.test("a thousand messages from an outbox arrive in order, none twice", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  using two = new RestartablePeer("bob");
  const texts = Array.from({ length: 1000 }, (_, n) => String(n));
  for (const text of texts) one.store.outbox.queue("bob", text, Date.now());
  await using bob = await two.start(registry);
  await using _alice = await one.start(registry);
  await bob.connected();
  for (const text of texts) assertEquals(await bob.message(), text);
  assertEquals(two.texts(), texts);
});

Deno.test("both sides calling at once is one conversation", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  using two = new RestartablePeer("bob");
  await using alice = await one.start(registry);
  await using bob = await two.start(registry);
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
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  await using alice = await one.start(registry);
  const waits = await alice.peer.send("bob", "never mind");
  assert(waits !== undefined);
  await alice.expect("waiting");
  assertEquals(alice.peer.queue.list().map(({ text }) => text), ["never mind"]);
  assertEquals(alice.peer.queue.unsend(waits.id)?.text, "never mind");
  assertEquals(alice.peer.queue.list(), []);

  using two = new RestartablePeer("bob");
  await using bob = await two.start(registry);
  const gone = await alice.peer.send("bob", "too late");
  await bob.connected();
  await bob.message();
  assertEquals(alice.peer.queue.unsend(gone?.id ?? ""), undefined);
});

Deno.test("without history nothing is kept past delivery", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice", false);
  using two = new RestartablePeer("bob", false);
  await using alice = await one.start(registry);
  await using bob = await two.start(registry);
  await alice.peer.send("bob", "gone with the wind");
  await bob.connected();
  assertEquals(await bob.message(), "gone with the wind");
  await alice.connected();
  await alice.expect("delivered");
  assertEquals([one.texts(), two.texts()], [[], []]);
});

Deno.test("a letter under another client's ID is discarded", async () => {
  using state = openState(":memory:");
  await using registry = Registry.listen({
    listen: LOOPBACK,
    plain: false,
    state,
  });
  using one = new RestartablePeer("alice");
  using two = new RestartablePeer("bob");
  using mallory = new RestartablePeer("mallory");
  {
    await using _alice = await one.start(registry);
    await using _bob = await two.start(registry);
  }
  // Mallory's own client says that it is bob.
  const liar = new TestPeer("bob", registry.address, {
    identity: mallory.identity,
    store: mallory.store,
  });
  await using _liar = liar;
  await using alice = await one.start(registry);
  await liar.peer.send("alice", "I am bob").catch(() => {});
  await liar.peer.chat(formatAddress(alice.peer.address)).catch(() => {});
  assertEquals((await alice.expect("refused")).reason.includes("bob"), true);
  assertEquals(one.texts(), []);
  assertEquals(one.store.pins.get("bob"), undefined);
});
