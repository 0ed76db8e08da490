import { setTimeout as delay } from "node:timers/promises";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Peer, PeerError } from "../../../lib/peer/mod.ts";
import { openEmbeddedStore } from "../../../lib/registry/mod.ts";
import { DiskFullError } from "../../../lib/storage/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { startNetwork } from "../../support/test_network.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

Deno.test("long messages that two send each other at once all arrive", async () => {
  await using network = await startNetwork({ started: false });
  const { alice, bob } = network;
  const long = "x".repeat(65_000);
  for (let n = 0; n < 250; n++) {
    alice.store.outbox.queue("bob", `${n} ${long}`, Date.now());
    bob.store.outbox.queue("alice", `${n} ${long}`, Date.now());
  }
  await alice.start();
  await bob.start();
  for (const { peer } of [alice, bob]) {
    await peer.queue.drain(60_000);
    assertEquals(peer.queue.list().length, 0);
  }
});

Deno.test("a message is sent at whatever moment it is written", async () => {
  await using network = await startNetwork({ started: false });
  const { clientID, identity, store } = network.alice;
  await network.bob.start();
  let onDelivered = () => {};
  await using alice = Peer.listen({
    clientID,
    identity,
    store,
    listen: LOOPBACK,
    registry: network.registry.address,
    onEvent: ({ type }) => type === "delivered" ? onDelivered() : undefined,
  });
  await alice.register();
  // At each step of what is done once a message has been acknowledged.
  for (let steps = 0; steps < 40; steps++) {
    const written = Promise.withResolvers<void>();
    onDelivered = async () => {
      onDelivered = () => {};
      for (let step = 0; step < steps; step++) await undefined;
      await alice.send("bob", "another");
      written.resolve();
    };
    await alice.send("bob", "one");
    await written.promise;
    await alice.queue.drain(15_000);
    assertEquals(alice.queue.list().length, 0, `after ${steps} steps`);
  }
});

Deno.test("a full disk on the receiving side is reported, and is not retried all the time", async () => {
  await using network = await startNetwork({
    peers: { timings: { backoffMinMs: 50 } },
  });
  const { alice, bob } = network;
  await alice.peer.send("bob", "before");
  await bob.connected();
  await bob.message();
  const { inbox } = bob.store;
  const receive = inbox.receive.bind(inbox);
  let tries = 0;
  inbox.receive = () => {
    tries++;
    throw new DiskFullError("the disk is full");
  };
  await alice.peer.send("bob", "after");
  assertEquals((await bob.expect("waiting")).reason, "the disk is full");
  // Ten times the shortest delay would be 16 tries at a steady rate.
  await delay(400);
  assert(tries <= 8, `${tries} tries in 400 ms`);
  inbox.receive = receive;
  assertEquals((await bob.until("message")).text, "after");
  assertEquals(bob.texts(), ["before", "after"]);
});

Deno.test("mail that could not be stored is collected once there is room again", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await bob.stop();
  await alice.peer.send("bob", "by mail");
  await alice.expect("left");
  await alice.stop();
  const { inbox } = bob.store;
  const receive = inbox.receive.bind(inbox);
  inbox.receive = () => {
    throw new DiskFullError("the disk is full");
  };
  await bob.start();
  assertEquals((await bob.expect("waiting")).reason, "the disk is full");
  inbox.receive = receive;
  assertEquals(await bob.message(), "by mail");
});

Deno.test("a first contact that cannot be stored is reported, and ends nothing", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const { pins } = bob.store;
  const pin = pins.pin.bind(pins);
  pins.pin = () => {
    throw new DiskFullError("the disk is full");
  };
  await alice.peer.send("bob", "hello");
  assertEquals((await bob.expect("refused")).reason, "the disk is full");
  pins.pin = pin;
  assertEquals((await bob.until("message")).text, "hello");
  assertEquals(bob.texts(), ["hello"]);
});

Deno.test("letters that were left out of order are shown in their order", async () => {
  using store = openEmbeddedStore(":memory:");
  await using network = await startNetwork({ registry: { store } });
  const { alice, bob } = network;
  await bob.stop();
  const week = 8 * 24 * 60 * 60 * 1000;
  const first = await alice.peer.send("bob", "first");
  await alice.expect("left");
  await alice.peer.send("bob", "second");
  await alice.expect("left");
  // After a week the registry has it no longer, and it is left once more.
  alice.store.outbox.markDeposited([first?.id ?? ""], Date.now() - week);
  store.mailbox.drop(bob.identity.publicKey.toBase64(), [1]);
  await alice.peer.send("bob", "third");
  for (const _ of ["first", "third"]) await alice.expect("left");
  await alice.stop();
  await bob.start();
  for (const text of ["first", "second", "third"]) {
    assertEquals(await bob.message(), text);
  }
});

Deno.test("a message that may have arrived cannot be withdrawn, though its link broke", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const { inbox } = bob.store;
  const receive = inbox.receive.bind(inbox);
  await alice.peer.send("bob", "before");
  await alice.expect("connected");
  await alice.expect("delivered");
  // It is stored, and the link breaks before it is acknowledged.
  inbox.receive = (...args) => {
    receive(...args);
    throw new DiskFullError("the disk is full");
  };
  const message = await alice.peer.send("bob", "stored");
  await bob.connected();
  await bob.message();
  await alice.expect("linkLost");
  assertEquals(alice.peer.queue.unsend(message?.id ?? ""), undefined);
});

Deno.test("a message that is just being left cannot be taken back", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await bob.stop();
  const first = await alice.peer.send("bob", "first");
  await alice.expect("left");
  const second = await alice.peer.send("bob", "second");
  // Once the registry has it, but before it has said so.
  const { resolve, promise } = Promise.withResolvers<unknown>();
  const { outbox } = alice.store;
  const markDeposited = outbox.markDeposited.bind(outbox);
  outbox.markDeposited = (ids, now) => {
    resolve(alice.peer.queue.unsend(second?.id ?? ""));
    markDeposited(ids, now);
  };
  assertEquals(await promise, undefined);
  assertEquals(alice.peer.queue.unsend(first?.id ?? ""), undefined);
  assertEquals((await alice.expect("left")).id, second?.id);
});

Deno.test("messages that were left for an old key are left for the new one, in order", async () => {
  await using network = await startNetwork();
  const { alice } = network;
  const { outbox, pins } = alice.store;
  const oldKey = Identity.generate().publicKey.toBase64();
  pins.pin("carol", oldKey);
  const message = outbox.queue("carol", "first", Date.now());
  outbox.markDeposited([message.id], Date.now());
  const carol = await network.startPeer("carol");
  await alice.peer.send("carol", "second");
  const { fingerprint } = await alice.expect("keyChanged");
  await carol.stop();
  alice.peer.keys.trust("carol", fingerprint);
  await alice.expect("trusted");
  assertEquals((await alice.expect("left")).id, message.id);
});

Deno.test("a text of any characters arrives as it was written, but one with a NUL is not taken", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const texts = ["\uFEFFmark", "\r\n\r\n", "\ud800", "😀", " "];
  for (const text of texts) await alice.peer.send("bob", text);
  // SQLite's texts end with it.
  for (const text of ["\0", "a\0b"]) {
    await assertRejects(() => alice.peer.send("bob", text), PeerError, "NUL");
  }
  for (const _ of texts) await bob.until("message");
  assertEquals(bob.texts(), texts.map((text) => text.toWellFormed()));
});
