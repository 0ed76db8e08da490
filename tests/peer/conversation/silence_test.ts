import { assert, assertEquals, assertRejects } from "@std/assert";
import { SecureSocket } from "../../support/secure_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";

/** A program that has called a peer, and what the peer calls it. */
async function callTo(alice: TestPeer) {
  const socket = await SecureSocket.connect(alice.peer.address);
  await socket.send("CHAT", [["clientID", "mallory"]]);
  await socket.until("CHAT");
  assertEquals(await alice.connected(), "mallory");
  return socket;
}

Deno.test("a peer that is silent is asked whether it is there, again and again, and keeps its link while it answers", async () => {
  await using alice = new TestPeer("alice", undefined, {
    timings: { linkPingAfterMs: 20, linkSilenceTimeoutMs: 60_000 },
  });
  using mallory = await callTo(alice);
  for (let n = 0; n < 5; n++) {
    assertEquals((await mallory.receive()).method, "PING");
    await mallory.send("PONG");
  }
  assertEquals(alice.peer.parties.length, 1);
});

Deno.test("a link on which the peer stays silent ends, whatever it answers to at first", async () => {
  await using alice = new TestPeer("alice", undefined, {
    timings: { linkPingAfterMs: 10, linkSilenceTimeoutMs: 100 },
  });
  using mallory = await callTo(alice);
  await mallory.until("PING");
  await mallory.send("PONG");
  // From now on it reads, and says nothing.
  let pings = 0;
  const error = await assertRejects(async () => {
    for (; pings < 100; pings++) {
      assertEquals((await mallory.receive()).method, "PING");
    }
  });
  assert(pings < 100);
  assert(error instanceof Error);
  assertEquals(
    error.message,
    "the connection was cut before the other end had ended the stream",
  );
});
