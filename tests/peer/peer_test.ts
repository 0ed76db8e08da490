import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Address, formatAddress } from "../../lib/net/mod.ts";
import { Peer, PeerError } from "../../lib/peer/mod.ts";
import { acceptPlainRetry, PlainSocket } from "../support/plain_socket.ts";
import { startNetwork } from "../support/test_network.ts";
import { TestPeer } from "../support/test_peer.ts";
import { unusedAddress } from "../support/unused_address.ts";
import { FAST_PEER } from "../support/timings.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

Deno.test("two registered peers find each other and talk both ways", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const bridged = await alice.peer.bridge();
  assertEquals(
    [bridged?.clientID, bridged?.candidates],
    ["bob", [{ address: bob.peer.address }]],
  );
  assertEquals((await alice.peer.chat()).name, "bob");
  assertEquals(await alice.connected(), "bob");
  assertEquals(await bob.connected(), "alice");
  await alice.peer.send("bob", "hello");
  assertEquals(await bob.message(), "hello");
  await bob.peer.send("alice", "hello yourself");
  assertEquals(await alice.message(), "hello yourself");
});

Deno.test("the names for completion are those in conversation, those with pinned keys and those that the registry has named", async () => {
  await using network = await startNetwork({ started: false });
  const { address } = network.registry;
  await using alice = new TestPeer("alice", address);
  await using bob = new TestPeer("bob", address);
  await using carol = new TestPeer("carol", address);
  assertEquals(alice.peer.knownNames(), []);
  await bob.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "bob");
  assertEquals(alice.peer.knownNames(), ["bob"]);
  await bob.peer.hangUp("alice");
  await carol.peer.register();
  await alice.peer.register();
  await alice.peer.bridge("carol");
  assertEquals(alice.peer.knownNames().sort(), ["bob", "carol"]);
  await carol.peer.info();
  assertEquals(carol.peer.knownNames(), ["alice"]);
});

Deno.test("the peer that was dialled may send the first message", async () => {
  await using alice = new TestPeer("alice");
  await using bob = new TestPeer("bob");
  await alice.peer.chat(formatAddress(bob.peer.address));
  assertEquals(await bob.connected(), "alice");
  await bob.peer.send("alice", "two\nlines");
  assertEquals(await alice.connected(), "bob");
  assertEquals(await alice.message(), "two\nlines");
});

Deno.test("both may speak first at the same moment", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  await Promise.all([
    alice.peer.send("bob", "from alice\n"),
    bob.peer.send("alice", "from bob\n"),
  ]);
  assertEquals(await bob.message(), "from alice\n");
  assertEquals(await alice.message(), "from bob\n");
});

Deno.test("a message of 60 KiB with newlines and emoji arrives as one", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  const line = "QUIT\r\n\r\nMSG\r\n😀 déjà\n\n";
  const text = line.repeat(Math.floor(60 * 1024 / new Blob([line]).size));
  await alice.peer.send("bob", text);
  assertEquals(await bob.message(), text);
});

Deno.test("messages arrive in the order in which they were sent", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  await alice.peer.send("bob", "0");
  const sends = [];
  for (let n = 1; n < 500; n++) sends.push(alice.peer.send("bob", String(n)));
  await Promise.all(sends);
  for (let n = 0; n < 500; n++) assertEquals(await bob.message(), String(n));
});

Deno.test("a message that is too long or empty is refused and the conversation goes on", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  await assertRejects(
    () => alice.peer.send("bob", "é".repeat(33 * 1024)),
    PeerError,
    "65536 bytes",
  );
  await assertRejects(() => alice.peer.send("bob", ""), PeerError, "empty");
  await alice.peer.send("bob", "é".repeat(32 * 1024));
  assertEquals((await bob.message()).length, 32 * 1024);
});

Deno.test("with several conversations open, each message names its sender", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  const carol = await network.startPeer("carol");
  await bob.peer.chat("alice");
  assertEquals(await alice.connected(), "bob");
  await carol.peer.chat("alice");
  assertEquals(await alice.connected(), "carol");
  assertEquals(alice.peer.parties.map(({ name }) => name), ["bob", "carol"]);
  await alice.peer.send("carol", "for carol");
  await carol.connected();
  assertEquals(await carol.message(), "for carol");
  await carol.peer.send("alice", "from carol");
  const { from, text } = await alice.expect("message");
  assertEquals([from.name, text], ["carol", "from carol"]);
});

Deno.test("chat with a peer in conversation finds that conversation", async () => {
  await using network = await startNetwork();
  const { alice } = network;
  const party = await alice.peer.chat("bob");
  assertEquals(await alice.peer.chat("bob"), party);
  assertEquals(await alice.peer.chat(), party);
  assertEquals(alice.peer.parties.length, 1);
});

Deno.test("two peers in plaintext that give one name get different names", async () => {
  await using alice = TestPeer.plain("alice");
  using first = await PlainSocket.connect(alice.peer.address);
  await first.send("CHAT\r\nclientID: bob\r\n\r\n");
  assertEquals(await alice.connected(), "~bob");
  using second = await PlainSocket.connect(alice.peer.address);
  await second.send("CHAT\r\nclientID: bob\r\n\r\n");
  assertEquals(await alice.connected(), "~bob~2");
});

Deno.test("hanging up ends the conversation on both sides", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  await alice.peer.hangUp("bob");
  assertEquals((await alice.expect("disconnected")).reason, "you hung up");
  assertEquals(
    (await bob.expect("disconnected")).reason,
    "the peer hung up",
  );
  assertEquals([alice.peer.parties, bob.peer.parties], [[], []]);
});

Deno.test("what was sent before hanging up arrives", async () => {
  await using network = await startNetwork();
  const { alice, bob } = network;
  await network.connect();
  await alice.peer.send("bob", "x".repeat(60_000));
  await alice.peer.send("bob", "last words");
  await alice.peer.hangUp("bob");
  assertEquals((await bob.message()).length, 60_000);
  assertEquals(await bob.message(), "last words");
  await bob.expect("disconnected");
});

Deno.test("a registry that is down is reported in a message for the user", async () => {
  await using alice = new TestPeer("alice", unusedAddress());
  for (
    const ask of [
      () => alice.peer.register(),
      () => alice.peer.info(),
      () => alice.peer.bridge(),
      () => alice.peer.chat("bob"),
    ]
  ) {
    await assertRejects(ask, PeerError, "nothing listens there");
  }
});

Deno.test("dialling a peer that is gone fails with a message for the user", async () => {
  const address = unusedAddress();
  await using alice = new TestPeer("alice");
  await assertRejects(
    () => alice.peer.chat(formatAddress(address)),
    PeerError,
    "nothing listens there",
  );
});

Deno.test("a registry that never answers is given up on", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname: host, port } = silent.addr;
  await using alice = new TestPeer("alice", { host, port }, {
    timings: { helloTimeoutMs: FAST_PEER.helloTimeoutMs },
  });
  const accepted = silent.accept();
  await assertRejects(
    () => alice.peer.info(),
    PeerError,
    "does not answer in the secure mode",
  );
  (await accepted).close();
});

Deno.test({
  name:
    "dialling a registry and a peer that do not answer times out, and inbound peers are accepted meanwhile",
  // Windows refuses connections for which a queue has no room.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using silent = fullQueue();
    await using alice = new TestPeer("alice", silent.address, {
      timings: { dialTimeoutMs: 500 },
    });
    await using bob = new TestPeer("bob");
    const givenUp = Promise.all([
      assertRejects(() => alice.peer.info(), PeerError, "does not answer"),
      assertRejects(
        () => alice.peer.chat(formatAddress(silent.address)),
        PeerError,
        "does not answer",
      ),
    ]);
    await bob.peer.chat(formatAddress(alice.peer.address));
    assertEquals(await alice.connected(), "bob");
    await givenUp;
  },
});

Deno.test("a peer that resets the connection ends its conversation alone", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using alice = TestPeer.plain("alice");
  const accepted = acceptPlainRetry(listener);
  await alice.peer.chat(`127.0.0.1:${listener.addr.port}`);
  await alice.connected();
  const conn = await accepted;
  // To close on a CHAT that has arrived and was read in part is a reset.
  await conn.read(new Uint8Array(1));
  conn.close();
  const { reason } = await alice.expect("disconnected");
  assert(reason.startsWith("the connection"), reason);
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "bob");
});

Deno.test("a peer that never reads does not keep this one from hanging up", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const alice = TestPeer.plain("alice", undefined, {
    quitTimeoutMs: FAST_PEER.quitTimeoutMs,
  });
  const accepted = acceptPlainRetry(listener);
  const { name } = await alice.peer.chat(`127.0.0.1:${listener.addr.port}`);
  await alice.connected();
  using _deaf = await accepted;
  const sent = Array.from(
    { length: 300 },
    () => alice.peer.send(name, "x".repeat(60_000)),
  );
  const lost = assertRejects(() => Promise.all(sent), PeerError, "not sent");
  await alice.peer.close();
  assertEquals((await alice.expect("disconnected")).reason, "you hung up");
  await lost;
});

Deno.test("a registry that violates the protocol is reported in a message for the user", async () => {
  for (const reply of ["HTTP/1.1 400\r\n\r\n", "SHOUT\r\n\r\n", ""]) {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { hostname: host, port } = listener.addr;
    await using alice = new TestPeer("alice", { host, port });
    const answered = (async () => {
      using conn = await listener.accept();
      await conn.read(new Uint8Array(100));
      await conn.write(new TextEncoder().encode(reply));
    })();
    await assertRejects(() => alice.peer.info(), PeerError, "registry");
    await answered;
  }
});

Deno.test("a BRIDGE that finds no client is no error, and a chat with an unregistered one is", async () => {
  await using network = await startNetwork({ started: false });
  const { alice } = network;
  await alice.start();
  assertEquals(await alice.peer.bridge(), undefined);
  assertEquals(await alice.peer.bridge("bob"), undefined);
  await assertRejects(
    () => alice.peer.chat("bob"),
    PeerError,
    "is not registered",
  );
  await assertRejects(
    () => alice.peer.chat(),
    PeerError,
    "no client has been bridged yet: run /bridge, or give a client ID",
  );
  await assertRejects(() => alice.peer.bridge("a b"), PeerError, "client ID");
  await assertRejects(
    () => alice.peer.bridge("alice"),
    PeerError,
    "is your own client ID",
  );
  await assertRejects(
    () => alice.peer.recipient("alice"),
    PeerError,
    "is your own client ID",
  );
  assertThrows(
    () => alice.peer.keys.verify("alice"),
    PeerError,
    "is your own client ID",
  );
});

Deno.test("a port in use and an invalid client ID are refused with a message for the user", async () => {
  await using alice = new TestPeer("alice");
  const listen = alice.peer.address;
  const options = { registry: LOOPBACK, onEvent: () => {} };
  assertThrows(
    () => Peer.listen({ ...options, clientID: "bob", listen }),
    PeerError,
    "is in use",
  );
  assertThrows(
    () => Peer.listen({ ...options, clientID: "b b", listen: LOOPBACK }),
    PeerError,
    "is not a client ID: a client ID has 1 to 64 letters",
  );
});

Deno.test("a peer that connects and closes without a byte causes no event", async () => {
  await using alice = new TestPeer("alice");
  const { host: hostname, port } = alice.peer.address;
  (await Deno.connect({ hostname, port })).close();
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "bob");
  assert(alice.peer.parties.length === 1);
});

/** An address where connections are neither taken nor refused. */
function fullQueue(): AsyncDisposable & { readonly address: Address } {
  const hostname = "127.0.0.1";
  const listener = Deno.listen({ hostname, port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const giveUp = new AbortController();
  const queue = Array.from(
    { length: 10 },
    () => Deno.connect({ hostname, port, signal: giveUp.signal }),
  );
  return {
    address: { host: hostname, port },
    async [Symbol.asyncDispose]() {
      giveUp.abort();
      for (const attempt of await Promise.allSettled(queue)) {
        if (attempt.status === "fulfilled") attempt.value.close();
      }
      listener.close();
    },
  };
}
