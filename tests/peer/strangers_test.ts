import { assert, assertEquals, assertRejects } from "@std/assert";
import { type AcceptPolicy, PeerError } from "../../lib/peer/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import type { RestartablePeer } from "../support/restartable_peer.ts";
import { startNetwork, type TestNetwork } from "../support/test_network.ts";

/** A registry, alice, and bob, who takes calls and letters as the policy says. */
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
