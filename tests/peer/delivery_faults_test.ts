import { assertEquals } from "@std/assert";
import { Peer } from "../../lib/peer/mod.ts";
import { Registry } from "../../lib/registry/mod.ts";
import { Somebody } from "./somebody.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

function registryOnLoopback(): Registry {
  return Registry.listen({ listen: LOOPBACK, plain: false });
}

Deno.test("long messages that two send each other at once all arrive", async () => {
  await using registry = registryOnLoopback();
  using one = new Somebody("alice");
  using two = new Somebody("bob");
  const long = "x".repeat(65_000);
  for (let n = 0; n < 250; n++) {
    one.store.outbox.queue("bob", `${n} ${long}`, Date.now());
    two.store.outbox.queue("alice", `${n} ${long}`, Date.now());
  }
  await using alice = await one.start(registry);
  await using bob = await two.start(registry);
  for (const { peer } of [alice, bob]) {
    await peer.settle(15_000);
    assertEquals(peer.waiting().length, 0);
  }
});

Deno.test("a message is sent at whatever moment it is written", async () => {
  await using registry = registryOnLoopback();
  using one = new Somebody("alice");
  using two = new Somebody("bob");
  await using _bob = await two.start(registry);
  let onDelivered = () => {};
  await using alice = Peer.listen({
    ...one,
    listen: LOOPBACK,
    registry: registry.address,
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
    await alice.settle(1000);
    assertEquals(alice.waiting().length, 0, `after ${steps} steps`);
  }
});
