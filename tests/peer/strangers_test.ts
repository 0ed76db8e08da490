import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type AcceptPolicy, openStore, PeerError } from "../../lib/peer/mod.ts";
import { fingerprint, Identity } from "../../lib/secure/mod.ts";
import { eventually } from "../support/eventually.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import type { RestartablePeer } from "../support/restartable_peer.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { startNetwork, type TestNetwork } from "../support/test_network.ts";
import { TestPeer } from "../support/test_peer.ts";
import { limited } from "../support/time_limit.ts";

/** A registry, alice, and carol, who takes calls and letters by a policy. */
async function networkOf(
  accept: AcceptPolicy,
  plain = false,
): Promise<TestNetwork & { readonly carol: RestartablePeer }> {
  const network = await startNetwork({ started: false });
  await network.alice.start();
  const carol = await network.startPeer("carol", { accept, plain });
  return Object.assign(network, { carol });
}

Deno.test("with known, a stranger's call is refused, and the stranger learns no client ID", async () => {
  await using network = await networkOf("known");
  const { alice, carol } = network;
  await assertRejects(
    () => alice.peer.chat("carol"),
    PeerError,
    "it may refuse calls of clients that it does not know",
  );
  const { reason } = await carol.expect("refused");
  assertEquals(
    reason,
    `alice (${alice.peer.fingerprint}) is not known, and calls of unknown ` +
      "clients are refused",
  );
  assertEquals(carol.store.pins.clients(), []);
});

Deno.test("with known, a stranger's letter is removed without a receipt, and its sender is not pinned", async () => {
  await using network = await networkOf("known");
  const { alice, bob, carol } = network;
  await bob.start();
  await carol.peer.chat("bob");
  await carol.stop();
  for (const sender of [alice, bob]) {
    await sender.peer.send("carol", `read me, says ${sender.clientID}`);
    await sender.until("left");
  }
  await carol.start();
  // The letter before it was looked at by then.
  assertEquals(await carol.message(), "read me, says bob");
  assertEquals(carol.store.pins.clients(), ["bob"]);
  await carol.peer.send("alice", "hello");
  const { text } = await alice.until("message");
  assertEquals(text, "hello");
  // The message waits at its sender, and arrives now that she is known.
  await carol.connected();
  assertEquals(await carol.message(), "read me, says alice");
});

for (const how of ["called", "written to"]) {
  Deno.test(`with known, a client that the user has ${how} may call`, async () => {
    await using network = await networkOf("known");
    const { alice, carol } = network;
    if (how === "called") await carol.peer.chat("alice");
    else await carol.peer.send("alice", "hello");
    assertEquals(await alice.connected(), "carol");
    await carol.connected();
    await alice.stop();
    await alice.start();
    await alice.peer.send("carol", "it is me");
    const { text } = await carol.until("message");
    assertEquals(text, "it is me");
  });
}

Deno.test("with known, a client that is pinned but was never called nor written to is a stranger", async () => {
  await using network = await networkOf("known");
  const { alice, carol } = network;
  carol.store.pins.pin("alice", alice.identity.publicKey.toBase64());
  await assertRejects(() => alice.peer.chat("carol"), PeerError);
  await carol.expect("refused");
});

Deno.test("a caller whom the user answers is known from then on", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  assert(!bob.store.pins.isAccepted("alice"));
  await bob.peer.send("alice", "hello");
  assert(bob.store.pins.isAccepted("alice"));
  assert(alice.store.pins.isAccepted("bob"));
});

Deno.test("with known, a call in plaintext is refused", async () => {
  await using network = await networkOf("known", true);
  const { carol } = network;
  using socket = await PlainSocket.connect(carol.peer.address);
  await socket.send("CHAT\r\nclientID: mallory\r\n\r\n");
  assert((await socket.rest()).startsWith("ERROR\r\nCode: 403\r\n"));
  const { reason } = await carol.expect("refused");
  assertEquals(
    reason,
    "the peer speaks the plain protocol, in which no client is known",
  );
});

/** A message as a peer sends it, with a number that makes its ID. */
function say(socket: SecureSocket, n: number, text = `text ${n}`) {
  return socket.send("MSG", [
    ["ID", `01M86BV9B5K63MJ7WZW52Z00${String(n).padStart(2, "0")}`],
    ["Time", "2026-11-24T08:40:00.123Z"],
  ], text);
}

/** Calls a peer, and waits for the answer to CHAT. */
async function call(
  { peer }: Pick<RestartablePeer, "peer">,
  clientID: string,
  identity = Identity.generate(),
): Promise<SecureSocket> {
  const socket = await SecureSocket.connect(peer.address, identity);
  await socket.send("CHAT", [["clientID", clientID]]);
  await socket.until("CHAT");
  return socket;
}

Deno.test("with ask, a stranger's call and messages are told in one line without a text, and nothing is acknowledged", async () => {
  await using network = await networkOf("ask");
  const { alice, carol } = network;
  await alice.peer.chat("carol");
  assertEquals(await alice.connected(), "carol");
  for (const text of ["one", "two"]) await alice.peer.send("carol", text);
  const request = await carol.next();
  assert(request.type === "request" && request.address !== undefined);
  assertEquals(request, {
    type: "request",
    name: "alice",
    fingerprint: alice.peer.fingerprint,
    address: request.address,
  });
  await eventually(
    () => carol.store.requests.messages(keyOf(alice)).length === 2,
    () => carol.store.requests.list(),
  );
  assertEquals(carol.peer.parties, []);
  assertEquals(carol.store.pins.clients(), []);
  assertEquals(alice.peer.queue.length, 2);

  carol.peer.strangers.accept("alice");
  assertEquals(await carol.next(), {
    type: "accepted",
    name: "alice",
    fingerprint: alice.peer.fingerprint,
  });
  assertEquals(await carol.connected(), "alice");
  assertEquals(await carol.message(), "one");
  assertEquals(await carol.message(), "two");
  await alice.until("delivered");
  await alice.until("delivered");
  // The link goes on, both ways.
  await alice.peer.send("carol", "three");
  assertEquals(await carol.message(), "three");
  await carol.peer.send("alice", "four");
  assertEquals((await alice.until("message")).text, "four");
  assertEquals(carol.store.pins.get("alice")?.key, keyOf(alice));
  assertEquals(carol.peer.strangers.list(), []);
  assertEquals(alice.peer.queue.length, 0);
});

Deno.test("with ask, PING on the link of a stranger is answered", async () => {
  await using network = await networkOf("ask");
  using eve = await call(network.carol, "eve");
  await say(eve, 1);
  await eve.send("PING");
  assertEquals((await eve.receive()).method, "PONG");
});

Deno.test("with ask, a stranger that does not answer QUIT does not keep the client from ending", async () => {
  const carol = new TestPeer("carol", undefined, {
    accept: "ask",
    timings: { quitTimeoutMs: 50 },
  });
  using _eve = await call(carol, "eve");
  await carol.until("request");
  await limited(carol.peer.close(), "the client does not end");
});

Deno.test("with ask, no more than 8 messages and 16 KiB of a stranger are held, and none after one that is too much; what is not held comes again", async () => {
  await using network = await networkOf("ask");
  const { alice, carol } = network;
  using eve = await call(carol, "eve", alice.identity);
  await say(eve, 0, "a".repeat(16 * 1024 - 1));
  await say(eve, 1, "bc");
  await say(eve, 2, "d");
  await eve.send("PING");
  await eve.until("PONG");
  const texts = () => carol.store.requests.messages(keyOf(alice)).map(textOf);
  assertEquals(texts(), ["a".repeat(16 * 1024 - 1)]);

  const dave = await network.startPeer("dave");
  for (let n = 0; n < 20; n++) await dave.peer.send("carol", `number ${n}`);
  const heldOfDave = () => carol.store.requests.messages(keyOf(dave));
  await eventually(() => heldOfDave().length === 8, heldOfDave);
  carol.peer.strangers.accept("dave");
  await carol.until("accepted");
  for (let n = 0; n < 20; n++) {
    assertEquals((await carol.until("message")).text, `number ${n}`);
  }
  await eventually(() => dave.peer.queue.length === 0, () => dave.peer.queue);
});

Deno.test("with ask, a stranger that sends more than the send window loses the link", async () => {
  await using network = await networkOf("ask");
  using eve = await call(network.carol, "eve");
  await network.carol.until("request");
  for (let n = 0; n < 1025; n++) await say(eve, n % 90);
  assertEquals(await eve.rest(), []);
  const { reason } = await network.carol.until("refused");
  assertEquals(reason, "the peer sent more than may be unacknowledged");
});

Deno.test("with ask, the letter of a stranger is held over a restart, and its receipt follows when the stranger is accepted", async () => {
  await using network = await networkOf("ask");
  const { alice, carol } = network;
  await carol.stop();
  await alice.peer.send("carol", "read me");
  const { id } = await alice.until("left");
  await alice.stop();
  await carol.start();
  assertEquals((await carol.expect("request")).name, "alice");
  await carol.stop();
  await carol.start();
  const request = await carol.expect("request");
  assertEquals(request.fingerprint, fingerprint(alice.identity.publicKey));
  carol.peer.strangers.accept(request.fingerprint ?? "");
  await carol.expect("accepted");
  assertEquals(await carol.message(), "read me");
  assertEquals(carol.store.outbox.count(), 0);
  await alice.start();
  assertEquals((await alice.until("delivered")).id, id);
});

Deno.test("with ask, a stranger that is declined loses the link and what was held, and is not heard of again for a day", async () => {
  await using network = await networkOf("ask");
  const { alice, carol } = network;
  const identity = Identity.generate();
  using eve = await call(carol, "eve", identity);
  await say(eve, 1);
  await eve.send("PING");
  await eve.until("PONG");
  const { fingerprint: print } = await carol.expect("request");
  assertEquals(carol.peer.strangers.decline("eve"), {
    name: "eve",
    fingerprint: print ?? "",
  });
  assertEquals((await eve.receive()).method, "QUIT");
  await eve.closeWrite();
  assertEquals(await eve.rest(), []);

  using again = await call(carol, "eve", identity);
  await say(again, 1);
  await again.send("PING");
  assertEquals((await again.receive()).method, "PONG");
  const key = identity.publicKey.toBase64();
  assertEquals(carol.store.requests.messages(key), []);
  // Nothing is told of her: alice is the next one.
  await alice.peer.chat("carol");
  assertEquals((await carol.next()).type, "request");
  const { requests } = carol.store;
  const now = Date.now();
  const dayMs = 24 * 60 * 60 * 1000;
  assert(requests.isDeclined(key, now + dayMs - 60_000));
  assert(!requests.isDeclined(key, now + dayMs + 60_000));
});

Deno.test("with ask, a stranger that was declined and then accepted sends again what was removed", async () => {
  await using network = await networkOf("ask");
  const { alice, carol } = network;
  await alice.peer.send("carol", "hello");
  await carol.expect("request");
  carol.peer.strangers.decline("alice");
  await eventually(() => !isHeldBy(carol, alice), () => carol.peer.parties);
  carol.peer.strangers.accept("alice");
  assertEquals((await carol.until("message")).text, "hello");
});

for (const how of ["called", "written to"]) {
  Deno.test(`with ask, a stranger that is ${how} is accepted by that`, async () => {
    await using network = await networkOf("ask");
    const { alice, carol } = network;
    await alice.peer.send("carol", "hello");
    await carol.expect("request");
    await eventually(
      () => carol.store.requests.messages(keyOf(alice)).length === 1,
      () => carol.store.requests.list(),
    );
    if (how === "called") await carol.peer.chat("alice");
    else await carol.peer.send("alice", "who is it?");
    await carol.expect("accepted");
    assertEquals(await carol.connected(), "alice");
    assertEquals(await carol.message(), "hello");
    assertEquals(carol.peer.strangers.list(), []);
  });
}

Deno.test("with ask, a key that asks under a second name is not told, and is not accepted under it", async () => {
  await using network = await networkOf("ask");
  const { carol } = network;
  const identity = Identity.generate();
  using _eve = await call(carol, "eve", identity);
  await carol.expect("request");
  using mallory = await call(carol, "mallory", identity);
  await say(mallory, 1);
  await mallory.send("PING");
  await mallory.until("PONG");
  carol.peer.strangers.accept("eve");
  await carol.expect("accepted");
  assertEquals(await mallory.rest(), []);
  assertEquals(carol.peer.parties, []);
  assertEquals(carol.store.pins.clients(), ["eve"]);
});

Deno.test("with ask, strangers of one name are told apart by their fingerprints", async () => {
  await using network = await networkOf("ask");
  const { carol } = network;
  const [one, other] = [Identity.generate(), Identity.generate()];
  using _one = await call(carol, "eve", one);
  using _other = await call(carol, "eve", other);
  await carol.expect("request");
  await carol.expect("request");
  assertThrows(
    () => carol.peer.strangers.accept("eve"),
    PeerError,
    "several strangers are called eve: give the fingerprint of one",
  );
  carol.peer.strangers.accept(fingerprint(other.publicKey));
  assertEquals(
    carol.store.pins.get("eve")?.key,
    other.publicKey.toBase64(),
  );
  assertThrows(
    () => carol.peer.strangers.accept("nobody"),
    PeerError,
    "no stranger called nobody wants to talk",
  );
});

Deno.test("with ask, a stranger's request that was accepted in part is accepted at the next start", async () => {
  await using network = await networkOf("ask");
  const { alice, carol } = network;
  await carol.stop();
  const key = keyOf(alice);
  carol.store.requests.add({ name: "alice", key }, () => false);
  carol.store.requests.hold(key, [{
    id: "01M86BV9B5K63MJ7WZW52Z0Y29",
    text: "hello",
    time: 0,
    byLetter: false,
  }]);
  carol.store.pins.pin("alice", key);
  carol.store.pins.accept("alice");
  await carol.start();
  await carol.expect("accepted");
  assertEquals(await carol.message(), "hello");
  assertEquals(carol.peer.strangers.list(), []);
});

function keyOf({ identity }: RestartablePeer): string {
  return identity.publicKey.toBase64();
}

function textOf({ text }: { readonly text: string }): string {
  return text;
}

/** Whether a peer keeps anything of a stranger. */
function isHeldBy(
  { store: { requests } }: RestartablePeer,
  stranger: RestartablePeer,
): boolean {
  return requests.messages(keyOf(stranger)).length > 0;
}

Deno.test("a fingerprint names the stranger whose key has it, and not one that has taken it for a client ID", async () => {
  await using network = await networkOf("ask");
  const { carol } = network;
  const eve = Identity.generate();
  const print = fingerprint(eve.publicKey);
  const mallory = Identity.generate();
  using stranger = await call(carol, print, mallory);
  using _eve = await call(carol, "eve", eve);
  for (const name of [print, "eve"]) {
    assertEquals((await carol.expect("request")).name, name);
  }
  const { strangers, blocking } = carol.peer;
  assertEquals(blocking.block(print).name, "eve");
  assertEquals(blocking.unblock(print).name, "eve");
  using _again = await call(carol, "eve", eve);
  assertEquals((await carol.expect("request")).name, "eve");
  strangers.accept(print);
  assertEquals((await carol.expect("accepted")).name, "eve");
  assertEquals(carol.store.pins.clients(), ["eve"]);
  for (const decide of ["accept", "decline"] as const) {
    assertThrows(
      () => strangers[decide](print),
      PeerError,
      `no stranger with the fingerprint ${print} wants to talk`,
    );
  }
  strangers.decline(fingerprint(mallory.publicKey));
  await stranger.until("QUIT");
});

for (const how of ["chat", "send"] as const) {
  Deno.test(`with ask, to ${how} to a client does not accept a stranger who asked under its ID before it claimed that`, async () => {
    await using network = await networkOf("ask");
    const { bob, carol } = network;
    using mallory = await call(carol, "bob");
    await say(mallory, 1);
    await carol.expect("request");
    await bob.start();
    if (how === "chat") await carol.peer.chat("bob");
    else await carol.peer.send("bob", "hello");
    assertEquals((await carol.next()).type, "connected");
    assertEquals(carol.store.pins.get("bob")?.key, keyOf(bob));
    assertEquals(carol.peer.strangers.list(), []);
    await mallory.until("QUIT");
  });
}

Deno.test("with ask, a stranger that was declined is still found by its fingerprint, and by its name if no other one of that name waits", async () => {
  await using network = await networkOf("ask");
  const { carol } = network;
  const { strangers, blocking } = carol.peer;
  const identities = [1, 2, 3].map(() => Identity.generate());
  const [one = "", two = "", three = ""] = identities.map(({ publicKey }) =>
    fingerprint(publicKey)
  );
  for (const identity of identities) {
    using _call = await call(carol, "eve", identity);
    const { fingerprint: print = "" } = await carol.expect("request");
    // Only the one who waits can be meant.
    if (print !== three) {
      assertEquals(strangers.decline("eve").fingerprint, print);
    }
  }
  assertEquals(blocking.block(one).fingerprint, one);
  strangers.accept(two);
  assertEquals((await carol.expect("accepted")).fingerprint, two);
});

Deno.test("with ask, a stranger who asked under a client ID before its owner claimed it is sent away when the user accepts that name", async () => {
  await using network = await networkOf("ask");
  const { bob, carol } = network;
  const { strangers } = carol.peer;
  using mallory = await call(carol, "bob");
  await carol.expect("request");
  await strangers.verify("bob");
  assertEquals(strangers.list().length, 1);
  await bob.start();
  await assertRejects(
    () => strangers.verify("bob"),
    PeerError,
    "the registry knows bob by another key",
  );
  assertEquals(strangers.list(), []);
  await mallory.until("QUIT");
});

Deno.test("with all, a caller that is refused does not count among the new clients of a day", async () => {
  const owner = Identity.generate().publicKey.toBase64();
  await using registry = new FakeRegistry({
    COLLECT: (request, socket) => socket.reply(request, "COLLECTACK"),
    LOOKUP: (request, socket) => {
      const clientID = request.get("target") ?? "";
      return clientID !== "carol"
        ? socket.reply(request, "ERROR", [["Code", "404"]])
        : socket.reply(request, "LOOKUPACK", [
          ["clientID", clientID],
          ["Online", "no"],
          ["Key", owner],
        ]);
    },
  });
  using store = openStore(":memory:", { now: Date.now() });
  const day = Math.floor(Date.now() / (24 * 60 * 60 * 1000));
  store.dailyTotals.add("newcomers", day, { messages: 9_999, bytes: 0 });
  await using alice = new TestPeer("alice", registry.address, { store });
  await alice.peer.register();
  const call = async (clientID: string) => {
    const socket = await SecureSocket.connect(alice.peer.address);
    await socket.send("CHAT", [["clientID", clientID]]);
    return socket;
  };
  {
    using _impostor = await call("carol");
    const { reason } = await alice.expect("refused");
    assert(reason.includes("knows carol by another key"), reason);
  }
  using _eve = await call("eve");
  assertEquals(await alice.connected(), "eve");
  using _mallory = await call("mallory");
  const { reason } = await alice.expect("refused");
  assert(reason.includes("is not known"), reason);
});
