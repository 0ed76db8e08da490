import { assertEquals } from "@std/assert";
import type { PeerOptions } from "../../lib/peer/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import type { RestartablePeer } from "../support/restartable_peer.ts";
import { startNetwork, type TestNetwork } from "../support/test_network.ts";

/** A registry, and alice, who knows bob, and is offline. */
async function networkWith(
  options: Partial<PeerOptions>,
): Promise<TestNetwork & { readonly alice: RestartablePeer }> {
  const network = await startNetwork({ started: false, peers: options });
  const { alice, bob } = network;
  alice.store.pins.pin("bob", bob.identity.publicKey.toBase64());
  alice.store.pins.accept("bob");
  return network;
}

Deno.test("with ask, a stranger who calls under a look-alike of a known client's name is told as such", async () => {
  await using network = await networkWith({ accept: "ask" });
  const { alice } = network;
  await alice.start();
  const b0b = await network.startPeer("b0b");
  await b0b.peer.chat("alice");
  const { name, resembles } = await alice.expect("request");
  assertEquals([name, resembles], ["b0b", "bob"]);
  const { fingerprint } = b0b.peer;
  assertEquals(alice.peer.strangers.list(), [
    { name: "b0b", fingerprint, resembles: "bob" },
  ]);
  alice.peer.strangers.accept("b0b");
  assertEquals(await alice.expect("lookAlike"), {
    type: "lookAlike",
    name: "b0b",
    resembles: "bob",
    fingerprint,
  });
  await alice.expect("accepted");
  assertEquals(alice.peer.resembles("b0b"), undefined);
});

Deno.test("with ask, the letter of a stranger under a look-alike of the user's own ID is told as such, over a restart too", async () => {
  await using network = await networkWith({ accept: "ask" });
  const { alice } = network;
  await alice.start();
  await alice.stop();
  const other = await network.startPeer("a1ice");
  await other.peer.send("alice", "it is me");
  await other.until("left");
  await other.stop();
  for (let n = 0; n < 2; n++) {
    await alice.start();
    const { name, resembles } = await alice.expect("request");
    assertEquals([name, resembles], ["a1ice", "alice"]);
    await alice.stop();
  }
});

Deno.test("with all, a first call and a first letter under a look-alike are told before anything of them is shown", async () => {
  await using network = await networkWith({ accept: "all" });
  const { alice } = network;
  await alice.start();
  const called = await network.startPeer("bob.");
  await called.peer.chat("alice");
  const { fingerprint } = called.peer;
  assertEquals(await alice.expect("lookAlike"), {
    type: "lookAlike",
    name: "bob.",
    resembles: "bob",
    fingerprint,
  });
  assertEquals(await alice.connected(), "bob.");
  await called.stop();
  await alice.stop();
  const written = await network.startPeer("b0b");
  await written.peer.send("alice", "hello");
  await written.until("left");
  await written.stop();
  await alice.start();
  assertEquals((await alice.expect("lookAlike")).name, "b0b");
  assertEquals(await alice.message(), "hello");
});

Deno.test("to call or write to a look-alike of a known client is told at once", async () => {
  await using network = await networkWith({});
  const { alice } = network;
  await alice.start();
  await network.startPeer("b0b");
  assertEquals(alice.peer.resembles("b0b"), "bob");
  await alice.peer.chat("b0b");
  assertEquals((await alice.expect("lookAlike")).resembles, "bob");
  assertEquals(await alice.connected(), "b0b");
  await alice.peer.send("bob_", "are you there?");
  const { name, resembles } = await alice.expect("lookAlike");
  assertEquals([name, resembles], ["bob_", "bob"]);
});

Deno.test("a client that was only written to is known, also after a restart", async () => {
  await using network = await startNetwork({ started: false });
  const { alice } = network;
  await alice.start();
  await alice.peer.send("carol", "are you there?");
  assertEquals(alice.peer.resembles("caro1"), "carol");
  await alice.stop();
  await alice.start();
  assertEquals(alice.peer.resembles("caro1"), "carol");
});

Deno.test("a client that is met again, or whose name looks like none that is known, is not told", async () => {
  await using network = await networkWith({});
  const { alice, bob } = network;
  await alice.start();
  await bob.start();
  for (const clientID of ["bobby", "alicia", "anna"]) {
    const peer = await network.startPeer(clientID);
    await peer.peer.chat("alice");
    assertEquals(await alice.connected(), clientID);
  }
  await bob.peer.chat("alice");
  assertEquals(await alice.connected(), "bob");
});

Deno.test("a call in plaintext under a known client's name is told as one that only looks like it", async () => {
  for (const accept of ["all", "ask"] as const) {
    await using network = await networkWith({ plain: true, accept });
    const { alice } = network;
    await alice.start();
    using socket = await PlainSocket.connect(alice.peer.address);
    await socket.send("CHAT\r\nclientID: bob\r\n\r\n");
    const told = await alice.next();
    if (accept === "all") {
      assertEquals(told, { type: "lookAlike", name: "~bob", resembles: "bob" });
      assertEquals(await alice.connected(), "~bob");
    } else {
      assertEquals(told.type === "request" && told.resembles, "bob");
    }
  }
});
