import { setTimeout as delay } from "node:timers/promises";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Address, dial, formatAddress } from "../../lib/net/mod.ts";
import {
  type AcceptPolicy,
  BlockedError,
  type Connect,
  openStore,
  PeerError,
} from "../../lib/peer/mod.ts";
import { fingerprint, Identity } from "../../lib/secure/mod.ts";
import { eventually } from "../support/eventually.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import type { RestartablePeer } from "../support/restartable_peer.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { startNetwork } from "../support/test_network.ts";
import { TestPeer } from "../support/test_peer.ts";
import { FAST_BACKOFF } from "../support/timings.ts";

/** Everything that a caller can see of a peer that it calls. */
async function whatIsSeen(
  { peer }: TestPeer | RestartablePeer,
  clientID: string,
  identity: Identity,
): Promise<string[]> {
  const socket = await SecureSocket.connect(peer.address, identity);
  const say = (n: number) =>
    socket.send("MSG", [
      ["ID", `01M86BV9B5K63MJ7WZW52Z0Y0${n}`],
      ["Time", "2026-11-24T08:40:00.123Z"],
    ], `text ${n}`);
  await socket.send("CHAT", [["clientID", clientID]]);
  for (let n = 0; n < 3; n++) await say(n);
  await socket.send("PING");
  await socket.send("CHAT", [["clientID", clientID]]);
  await socket.send("ACK", [["ID", "01M86BV9B5K63MJ7WZW52Z0Y00"]]);
  for (let n = 0; n < 10; n++) await say(n);
  await socket.send("PING");
  await socket.send("QUIT");
  await socket.closeWrite();
  const messages = await socket.rest();
  return messages.map((message) =>
    [message.method, ...message.headers.flat(), message.text()].join(" ")
  );
}

const SEEN: Record<AcceptPolicy, string[]> = {
  ask: ["CHAT clientID alice ", "PONG ", "PONG "],
  all: ["CHAT clientID alice ", "PONG ", "PONG "],
  known: [],
};

for (const accept of ["ask", "known"] as const) {
  Deno.test(`with ${accept}, a blocked caller sees what a stranger sees, byte for byte, and the registry is asked as for a stranger`, async () => {
    const asked: string[] = [];
    await using registry = new FakeRegistry();
    registry.handlers.LOOKUP = (request, socket) => {
      asked.push(request.get("target") ?? "");
      return socket.reply(request, "ERROR", [["Code", "404"]]);
    };
    using store = openStore(":memory:", { now: Date.now() });
    await using alice = new TestPeer("alice", registry.address, {
      accept,
      store,
    });
    await alice.peer.register();
    const eve = Identity.generate();
    const mallory = Identity.generate();
    store.blocked.add({
      key: mallory.publicKey.toBase64(),
      name: "mallory",
      since: 0,
    });
    const seen = await whatIsSeen(alice, "eve", eve);
    assertEquals(await whatIsSeen(alice, "mallory", mallory), seen);
    assertEquals(seen, SEEN[accept]);
    assertEquals(asked, accept === "ask" ? ["eve", "mallory"] : []);
    // Of the two only the stranger was told: bob is the next one.
    using bob = await SecureSocket.connect(alice.peer.address);
    await bob.send("CHAT", [["clientID", "bob"]]);
    for (const name of ["eve", "bob"]) {
      const told = accept === "ask"
        ? (await alice.until("request")).name
        : (await alice.until("refused")).reason.split(" ")[0];
      assertEquals(told, name);
    }
    assertEquals(alice.peer.parties, []);
    assertEquals(store.history.recent(undefined, 10), []);
  });
}

Deno.test("after /rotate-key a blocked or declined caller sees what a stranger sees, and has the same letters", async () => {
  await using network = await startNetwork({ peers: { accept: "ask" } });
  const { alice } = network;
  const strangers = ["eve", "mallory", "trudy"].map((name) => ({
    name,
    identity: Identity.generate(),
  }));
  const register = async (name: string, identity: Identity) => {
    const { address } = network.registry;
    const socket = await SecureSocket.connect(address, identity);
    await socket.ask("REGISTER", [["clientID", name], ["Port", "9"]]);
    return socket;
  };
  const seen = new Map<string, string[]>();
  for (const { name, identity } of strangers) {
    using _registered = await register(name, identity);
    await whatIsSeen(alice, name, identity);
    assertEquals((await alice.until("request")).name, name);
  }
  alice.peer.blocking.block("mallory");
  alice.peer.strangers.decline("trudy");
  await alice.peer.rotateKey();
  for (const { name, identity } of strangers) {
    using socket = await register(name, identity);
    let letters: string | undefined;
    for (let n = 0; n < 100 && letters === undefined; n++) {
      await delay(20);
      letters = (await socket.ask("COLLECT")).get("Letters");
    }
    const answers = await whatIsSeen(alice, name, identity);
    seen.set(name, [
      letters ?? "no letter",
      ...answers.map((text) => text.replace(/Rotation \S+/, "Rotation …")),
    ]);
  }
  assert(/^\d+$/.test(seen.get("eve")?.[0] ?? ""), "not one letter");
  assertEquals(seen.get("eve")?.[1], "CHAT clientID alice Rotation … ");
  assertEquals(seen.get("mallory"), seen.get("eve"));
  assertEquals(seen.get("trudy"), seen.get("eve"));
});

Deno.test("with all, a blocked caller is answered, and nothing is shown or acknowledged", async () => {
  using store = openStore(":memory:", { now: Date.now() });
  await using alice = new TestPeer("alice", undefined, { store });
  const mallory = Identity.generate();
  const key = mallory.publicKey.toBase64();
  store.blocked.add({ key, name: "mallory", since: 0 });
  const seen = await whatIsSeen(alice, "mallory", mallory);
  assertEquals(seen, SEEN.all);
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "bob");
  assertEquals(store.history.recent(undefined, 10), []);
});

for (const accept of ["all", "ask", "known"] as const) {
  Deno.test(`with ${accept}, nothing is told of a blocked caller that claims the ID of another`, async () => {
    using store = openStore(":memory:", { now: Date.now() });
    await using alice = new TestPeer("alice", undefined, { accept, store });
    await using bob = new TestPeer("bob");
    await alice.peer.chat(formatAddress(bob.peer.address));
    await alice.connected();
    const mallory = Identity.generate();
    const key = mallory.publicKey.toBase64();
    store.blocked.add({ key, name: "mallory", since: 0 });
    for (const name of ["bob", "alice", "no client ID"]) {
      assertEquals(await whatIsSeen(alice, name, mallory), []);
    }
    await bob.peer.send("alice", "hello");
    assertEquals(await alice.message(), "hello");
  });
}

Deno.test("blocking a client ends its links, and nothing more of it is shown or acknowledged until it is unblocked", async () => {
  const timings = FAST_BACKOFF;
  await using network = await startNetwork({ peers: { timings } });
  const { alice, bob } = network;
  await network.connect();
  await bob.peer.send("alice", "hello");
  assertEquals(await alice.message(), "hello");
  assertEquals(bob.peer.blocking.block("alice"), {
    name: "alice",
    fingerprint: alice.peer.fingerprint,
  });
  const { reason } = await alice.until("disconnected");
  assertEquals(reason, "the peer hung up");
  await bob.until("disconnected");

  await alice.peer.send("bob", "are you there?");
  assertEquals(await alice.connected(), "bob");
  await assertRejects(() => bob.peer.chat("alice"), BlockedError);
  await assertRejects(
    () => bob.peer.send("alice", "no"),
    BlockedError,
    "alice is blocked",
  );
  const address = formatAddress(alice.peer.address);
  await assertRejects(() => bob.peer.chat(address), BlockedError);
  assertThrows(
    () => bob.peer.blocking.block("alice"),
    PeerError,
    "alice is blocked already",
  );
  assertEquals(alice.peer.queue.length, 1);
  assertEquals(bob.texts(), ["hello"]);

  bob.peer.blocking.unblock("alice");
  assertEquals((await bob.until("message")).text, "are you there?");
  await alice.until("delivered");
  assertEquals(bob.peer.blocking.list(), []);
});

Deno.test("a letter of a blocked client is removed without a receipt and without a word, and none is left for it", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const carol = await network.startPeer("carol");
  await network.connect();
  await carol.peer.chat("bob");
  await bob.connected();
  await alice.stop();
  await bob.until("disconnected");
  await bob.peer.send("alice", "this waits");
  await bob.until("left");
  bob.peer.blocking.block("alice");
  await bob.stop();
  await alice.start();
  for (const sender of [alice, carol]) {
    await sender.peer.send("bob", `from ${sender.clientID}`);
    await sender.until("left");
  }
  await bob.start();
  // That of alice was collected before.
  assertEquals(await bob.message(), "from carol");
  assertEquals(bob.texts(), ["this waits", "from carol"]);
  assertEquals(alice.peer.queue.length, 1);
});

Deno.test("a stranger who asks is blocked by name or fingerprint, over a restart, and what was held is removed", async () => {
  await using network = await startNetwork({ started: false });
  const carol = await network.startPeer("carol", { accept: "ask" });
  const eve = Identity.generate();
  const print = fingerprint(eve.publicKey);
  using call = await SecureSocket.connect(carol.peer.address, eve);
  await call.send("CHAT", [["clientID", "eve"]]);
  await carol.expect("request");
  assertEquals(carol.peer.blocking.block(print).name, "eve");
  await call.until("QUIT");
  assertEquals(carol.peer.strangers.list(), []);
  await assertRejects(() => carol.peer.send("eve", "no"), BlockedError);
  await carol.stop();
  await carol.start();
  const [blocked] = carol.peer.blocking.list();
  assertEquals([blocked?.name, blocked?.fingerprint], ["eve", print]);
  assert(Math.abs((blocked?.since ?? 0) - Date.now()) < 60_000);
  assertThrows(
    () => carol.peer.blocking.unblock("mallory"),
    PeerError,
    "mallory is not blocked",
  );
  assertThrows(
    () => carol.peer.blocking.block("mallory"),
    PeerError,
    "no key of mallory is known here",
  );
  assertThrows(
    () => carol.peer.blocking.block("carol"),
    PeerError,
    "carol is your own client ID",
  );
  carol.peer.blocking.unblock("eve");
  using again = await SecureSocket.connect(carol.peer.address, eve);
  await again.send("CHAT", [["clientID", "eve"]]);
  assertEquals((await carol.expect("request")).fingerprint, print);
  carol.peer.strangers.decline(print);
  assertEquals(carol.peer.blocking.block("eve").fingerprint, print);
});

Deno.test("a blocked client is not called for what waits, and gets it once it is unblocked", async () => {
  const dialled: Address[] = [];
  const connect: Connect = (address, options) => {
    dialled.push(address);
    return dial(address, options);
  };
  await using network = await startNetwork({
    peers: { timings: FAST_BACKOFF, connect },
  });
  const { alice, bob } = network;
  await network.connect();
  await alice.stop();
  await bob.peer.send("alice", "later");
  bob.peer.blocking.block("alice");
  const waiting = async () => {
    for (;;) {
      const { reason } = await bob.until("waiting");
      if (reason === "alice is blocked") return;
    }
  };
  await waiting();
  // A dial may have been under way before.
  dialled.length = 0;
  await alice.start();
  await eventually(
    () => bob.store.outbox.count("alice") === 1,
    () => bob.store.outbox.count("alice"),
  );
  // Several of the tries that would have called her go by.
  await new Promise((resolve) => setTimeout(resolve, 500));
  assertEquals(dialled, []);
  assertEquals(bob.peer.parties, []);
  bob.peer.blocking.unblock("alice");
  assertEquals((await alice.until("message")).text, "later");
});

Deno.test("the registry is not asked for a blocked client, nor is anything left there for it", async () => {
  const asked: string[] = [];
  await using registry = new FakeRegistry();
  for (const method of ["BRIDGE", "DEPOSIT", "LOOKUP"]) {
    registry.handlers[method] = (request, socket) => {
      asked.push(method);
      return socket.reply(request, "ERROR", [["Code", "404"]]);
    };
  }
  using store = openStore(":memory:", { now: Date.now() });
  const key = Identity.generate().publicKey.toBase64();
  store.pins.pin("mallory", key);
  store.outbox.queue("mallory", "this waits", Date.now());
  store.blocked.add({ key, name: "mallory", since: 0 });
  await using alice = new TestPeer("alice", registry.address, {
    store,
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  const { reason } = await alice.expect("waiting");
  assertEquals(reason, "mallory is blocked");
  // Several of the tries that would have asked go by.
  await new Promise((resolve) => setTimeout(resolve, 300));
  assertEquals(asked, []);
});
