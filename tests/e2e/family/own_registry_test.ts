import { assertEquals } from "@std/assert";
import { BlockingSocket } from "../../support/family/blocking_socket.ts";
import { freeChat } from "../../support/family/free_chat.ts";
import { format, parse } from "../../support/family/message.ts";
import { OriginalPeer } from "../../support/family/original_peer.ts";
import {
  bridge,
  type Place,
  register,
} from "../../support/family/registry_client.ts";
import { strictTurns } from "../../support/family/strict_turns.ts";
import { startServer } from "../../support/start.ts";

/** The registry, and peers that are registered with it, in this order. */
async function startWith(
  ...peers: OriginalPeer[]
): Promise<AsyncDisposable & { registry: Place }> {
  const scope = new AsyncDisposableStack();
  for (const peer of peers) scope.use(peer);
  const { server, address: { host: hostname, port } } = await startServer();
  scope.use(server);
  const registry = { hostname, port };
  for (const peer of peers) await register(registry, peer.clientID, peer);
  return { registry, [Symbol.asyncDispose]: () => scope.disposeAsync() };
}

/** Two peers say something to each other, once the called one is called. */
async function assertTalk(
  caller: OriginalPeer,
  called: OriginalPeer,
): Promise<void> {
  assertEquals(await called.callers.next(), caller.clientID);
  caller.type("hello");
  assertEquals(await called.shown.next(), "hello");
  called.type("hello to you");
  assertEquals(await caller.shown.next(), "hello to you");
  caller.type("/quit");
}

for (
  const [how, habit] of [["at any time", freeChat()], [
    "in strict turns",
    strictTurns,
  ]] as const
) {
  Deno.test(`two existing clients register, bridge and talk ${how}, with the registry as their server`, async () => {
    const alice = new OriginalPeer("alice", habit);
    const bob = new OriginalPeer("bob", habit);
    await using network = await startWith(alice, bob);
    const { clientID, hostname, port } = await bridge(
      network.registry,
      "alice",
    );
    assertEquals([clientID, hostname, port], ["bob", "127.0.0.1", bob.port]);
    alice.call(hostname, port);
    await assertTalk(alice, bob);
    assertEquals([alice.died, bob.died], [undefined, undefined]);
  });
}

Deno.test({
  name:
    "a client that listens on 127.0.1.1 only is reached through the registry",
  // Elsewhere 127.0.0.1 is the only loopback address.
  ignore: Deno.build.os === "darwin",
  fn: async () => {
    const alice = new OriginalPeer("alice", freeChat());
    const bob = new OriginalPeer("bob", freeChat(), "127.0.1.1");
    await using network = await startWith(alice, bob);
    const found = await bridge(network.registry, "alice");
    assertEquals(found, {
      clientID: "bob",
      hostname: "127.0.1.1",
      port: bob.port,
    });
    alice.call(found.hostname, found.port);
    await assertTalk(alice, bob);
  },
});

Deno.test("a client that gives no IP, an empty one or localhost is registered", async () => {
  await using network = await startWith();
  const { registry: { hostname, port } } = network;
  for (const ip of [[], ["IP: "], ["IP:"], ["IP: localhost"]]) {
    using socket = await BlockingSocket.connect(hostname, port);
    await socket.send(
      format("REGISTER", "clientID: alice", ...ip, "Port: 5556"),
    );
    assertEquals(parse(await socket.recv()).method, "REGACK");
    const found = await bridge(network.registry, "bob");
    assertEquals(found, {
      clientID: "alice",
      hostname: "127.0.0.1",
      port: 5556,
    });
  }
});

Deno.test("a client keeps its connection to the registry for all its requests, and others are served meanwhile", async () => {
  const bob = new OriginalPeer("bob", freeChat());
  await using network = await startWith(bob);
  const { registry } = network;
  using silent = await BlockingSocket.connect(registry.hostname, registry.port);
  using alice = await BlockingSocket.connect(registry.hostname, registry.port);
  await alice.send(
    format("REGISTER", "clientID: alice", "IP: 127.0.0.1", "Port: 5556"),
  );
  assertEquals(parse(await alice.recv()).method, "REGACK");
  assertEquals((await bridge(registry, "bob")).clientID, "alice");
  await alice.send(format("BRIDGE", "clientID: alice"));
  assertEquals(parse(await alice.recv()).headers.get("clientID"), "bob");
  await silent.send(format("BRIDGE", "clientID: carol"));
  assertEquals(parse(await silent.recv()).method, "BRIDGEACK");
  await alice.send(format("INFO"));
  assertEquals(parse(await alice.recv()).headers.get("Clients"), "2");
});

Deno.test("a client that has left without a word is offered after those who are there", async () => {
  const bob = new OriginalPeer("bob", freeChat());
  await using network = await startWith();
  await using _bob = bob;
  const { registry } = network;
  {
    await using gone = new OriginalPeer("gone", freeChat());
    await register(registry, "gone", gone);
  }
  await register(registry, "bob", bob);
  await register(registry, "alice", { hostname: "127.0.0.1", port: bob.port });
  const found = await bridge(registry, "alice");
  assertEquals(found.clientID, "bob");
});
