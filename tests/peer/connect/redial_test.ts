import { assert, assertEquals, assertRejects } from "@std/assert";
import { KeyChangedError, openStore } from "../../../lib/peer/mod.ts";
import { fingerprint, Identity } from "../../../lib/secure/mod.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";

const bob = Identity.generate();
const mallory = Identity.generate();
const carol = Identity.generate();

function listener(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

function addressOf({ addr }: Deno.TcpListener): string {
  return `127.0.0.1:${addr.port}`;
}

/** Has alice call bob at an address, and cuts the connection. */
async function callAndBreak(
  alice: TestPeer,
  there: Deno.TcpListener,
): Promise<void> {
  const calling = alice.peer.chat(addressOf(there));
  using socket = await SecureSocket.accept(there, bob);
  await socket.send("CHAT", [["clientID", "bob"]]);
  await calling;
  await alice.expect("connected");
}

for (
  const [what, registry] of [
    ["no registry can be asked", undefined],
    ["the registry still names the known key", {
      key: bob.publicKey.toBase64(),
    }],
  ] as const
) {
  Deno.test(`another key that answers a reconnect learns nothing and is told once, where ${what}`, async () => {
    using there = listener();
    await using fake = registry === undefined
      ? new FakeRegistry({
        BRIDGE: (_request, socket) => socket[Symbol.dispose](),
      })
      : FakeRegistry.naming({
        clientID: "bob",
        address: addressOf(there),
        ...registry,
      });
    await using alice = new TestPeer("alice", fake.address, {
      timings: FAST_BACKOFF,
    });
    await callAndBreak(alice, there);
    await alice.expect("linkLost");
    // Who answers gets neither alice's key nor her client ID, however often.
    for (let n = 0; n < 3; n++) {
      await assertRejects(() => SecureSocket.accept(there, mallory));
    }
    const changed = await alice.until("keyChanged");
    assertEquals(changed.name, "bob");
    assertEquals(changed.fingerprint, fingerprint(mallory.publicKey));
    assert(changed.reason.includes("is not bob"), changed.reason);
    // A third key is told, too: the first one only once.
    await assertRejects(() => SecureSocket.accept(there, carol));
    const { fingerprint: next } = await alice.until("keyChanged");
    assertEquals(next, fingerprint(carol.publicKey));
    // The real bob comes back.
    using socket = await SecureSocket.accept(there, bob);
    await socket.send("CHAT", [["clientID", "bob"]]);
    await alice.until("linkBack");
    assertEquals(alice.peer.keys.hasPinned("bob"), true);
  });
}

Deno.test("a key that is trusted before it comes is called, when it answers", async () => {
  using there = listener();
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: addressOf(there),
    key: bob.publicKey.toBase64(),
  });
  using store = openStore(":memory:", { now: Date.now() });
  await using alice = new TestPeer("alice", registry.address, { store });
  store.pins.pin("bob", bob.publicKey.toBase64());
  assert(!alice.peer.keys.trust("bob", fingerprint(carol.publicKey)));
  const calling = alice.peer.chat("bob");
  await assertRejects(() => SecureSocket.accept(there, carol));
  using socket = await SecureSocket.accept(there, carol);
  await socket.send("CHAT", [["clientID", "bob"]]);
  assertEquals((await calling).protection, "pinned");
  assertEquals((await alice.expect("trusted")).name, "bob");
  assertEquals(store.pins.get("bob")?.key, carol.publicKey.toBase64());
});

Deno.test("another key that answers a call learns nothing, and is told with its fingerprint", async () => {
  using there = listener();
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: addressOf(there),
    key: bob.publicKey.toBase64(),
  });
  await using alice = new TestPeer("alice", registry.address);
  const opening = alice.peer.chat("bob");
  using socket = await SecureSocket.accept(there, bob);
  await socket.send("CHAT", [["clientID", "bob"]]);
  await opening;
  const ending = alice.peer.hangUp("bob");
  await socket.send("QUIT");
  await ending;
  const calling = assertRejects(() => alice.peer.chat("bob"), KeyChangedError);
  await assertRejects(() => SecureSocket.accept(there, mallory));
  const { owner, fingerprint: changed, message } = await calling;
  assertEquals([owner, changed], ["bob", fingerprint(mallory.publicKey)]);
  assert(message.includes("is not bob"), message);
});
