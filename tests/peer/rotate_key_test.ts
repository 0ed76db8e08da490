import { assert, assertEquals, assertRejects } from "@std/assert";
import { retryWithNewKey } from "../../lib/peer/connect/mod.ts";
import { KeyChangedError, openStore } from "../../lib/peer/mod.ts";
import { openEmbeddedStore } from "../../lib/registry/store/mod.ts";
import { fingerprint, Identity, IdentityError } from "../../lib/secure/mod.ts";
import { eventually } from "../support/eventually.ts";
import type { RestartablePeer } from "../support/restartable_peer.ts";
import { startNetwork, type TestNetwork } from "../support/test_network.ts";
import { TestPeer } from "../support/test_peer.ts";
import { FAST_BACKOFF } from "../support/timings.ts";

const OPTIONS = { peers: { timings: FAST_BACKOFF } };

/** Runs a peer that is stopped again, without registering it. */
function offline(
  { registry }: TestNetwork,
  { clientID, identity, store }: RestartablePeer,
): TestPeer {
  const options = { identity, store, timings: FAST_BACKOFF };
  return new TestPeer(clientID, registry.address, options);
}

/** Has two peers write to each other. */
async function talk(
  one: RestartablePeer,
  other: RestartablePeer,
  text: string,
) {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    await from.peer.send(to.clientID, text);
    assertEquals((await to.until("message")).text, text);
  }
}

Deno.test("a conversation goes on under a new key, of which the peer is told, and no link is lost", async () => {
  await using network = await startNetwork(OPTIONS);
  const { alice, bob } = network;
  await network.connect();
  await talk(alice, bob, "before");
  const { fingerprint, unsaved } = await alice.peer.rotateKey();
  assertEquals(alice.peer.fingerprint, fingerprint);
  assertEquals(unsaved, undefined);
  const told = await bob.expect("keyRotated");
  assertEquals([told.name, told.fingerprint], ["alice", fingerprint]);
  await alice.peer.send("bob", "after");
  assertEquals(await bob.message(), "after");
  await bob.peer.send("alice", "so it is");
  assertEquals(await alice.message(), "so it is");
});

Deno.test("the registry moves the claim to the new key, and the client stays registered", async () => {
  const registryStore = openEmbeddedStore(":memory:");
  await using network = await startNetwork({
    ...OPTIONS,
    registry: { store: registryStore },
  });
  using _registryStore = registryStore;
  const { alice, bob } = network;
  await alice.peer.rotateKey();
  const owner = () => {
    const key = registryStore.claims.find("alice", 0)?.key;
    return key && fingerprint(Uint8Array.fromBase64(key));
  };
  await eventually(() => owner() === alice.peer.fingerprint, owner);
  assert(alice.peer.isRegistered);
  await talk(bob, alice, "found");
});

Deno.test("a contact that was away takes the new key first, and then what was sent under it", async () => {
  await using network = await startNetwork(OPTIONS);
  const { alice, bob } = network;
  await talk(alice, bob, "before");
  await bob.stop();
  await alice.peer.rotateKey();
  await alice.peer.rotateKey();
  await alice.peer.send("bob", "after");
  await alice.until("left");
  const { fingerprint } = alice.peer;
  await alice.stop();
  await bob.start();
  await bob.expect("keyRotated");
  const told = await bob.expect("keyRotated");
  assertEquals(told.fingerprint, fingerprint);
  assertEquals((await bob.until("message")).text, "after");
  await alice.start();
  assertEquals(alice.peer.fingerprint, fingerprint);
  await talk(alice, bob, "again");
});

Deno.test("a client that replaces its key ten times while nobody can be told keeps its claim and its contacts", async () => {
  await using network = await startNetwork(OPTIONS);
  const { alice, bob } = network;
  await talk(alice, bob, "before");
  await alice.stop();
  await bob.stop();
  {
    await using away = offline(network, alice);
    for (let n = 0; n < 10; n++) await away.peer.rotateKey();
  }
  await alice.start();
  await alice.peer.send("bob", "after");
  await alice.until("left");
  await bob.start();
  const told = await bob.expect("keyRotated");
  assertEquals(told.fingerprint, alice.peer.fingerprint);
  assertEquals((await bob.until("message")).text, "after");
  await bob.peer.send("alice", "so it is");
  assertEquals((await alice.until("message")).text, "so it is");
});

Deno.test("what was sealed to the old key is read, and its sender takes the new key", async () => {
  await using network = await startNetwork(OPTIONS);
  const { alice, bob } = network;
  await talk(alice, bob, "before");
  await alice.stop();
  await bob.peer.send("alice", "to the old key");
  await bob.until("left");
  await using again = offline(network, alice);
  await again.peer.rotateKey();
  await again.peer.register();
  assertEquals((await again.until("message")).text, "to the old key");
  await bob.until("keyRotated");
  // The old private key is erased when nothing can be sealed to it any more.
  const { ownKeys } = alice.store;
  await eventually(
    () => ownKeys.retired().length === 0 && ownKeys.recipients().length === 0,
    () => [ownKeys.retired().length, ownKeys.recipients()],
  );
});

Deno.test("two clients that have replaced their keys at once find each other", async () => {
  await using network = await startNetwork(OPTIONS);
  const { alice, bob } = network;
  await talk(alice, bob, "before");
  await alice.stop();
  await bob.stop();
  for (const stopped of [alice, bob]) {
    await using peer = offline(network, stopped);
    await peer.peer.rotateKey();
  }
  await alice.start();
  await bob.start();
  await alice.until("keyRotated");
  await bob.until("keyRotated");
  await talk(alice, bob, "after");
});

Deno.test("a message under way when the key is replaced arrives once", async () => {
  await using network = await startNetwork(OPTIONS);
  const { alice, bob } = network;
  await network.connect();
  const sent = Array.from({ length: 60 }, (_, n) => `text ${n}`);
  for (const [n, text] of sent.entries()) {
    await alice.peer.send("bob", text);
    if (n === 20) alice.peer.rotateKey();
  }
  const got: string[] = [];
  while (got.length < sent.length) got.push((await bob.until("message")).text);
  assertEquals(got, sent);
  assertEquals(bob.texts().length, sent.length);
});

Deno.test("a new key that cannot be written to its file is in force after a restart, too", async () => {
  using store = openStore(":memory:", { now: 0 });
  const identity = Identity.generate();
  const options = {
    identity,
    store,
    saveIdentity: () =>
      Promise.reject(new IdentityError("identity cannot be written: no")),
  };
  let key: string;
  {
    await using alice = new TestPeer("alice", undefined, options);
    const { unsaved, fingerprint } = await alice.peer.rotateKey();
    assertEquals(unsaved, "identity cannot be written: no");
    key = fingerprint;
  }
  await using alice = new TestPeer("alice", undefined, options);
  assertEquals(alice.peer.fingerprint, key);
});

Deno.test("a peer with another key is called again only when its statement was in the mailbox", async () => {
  const bob = Identity.generate().publicKey;
  const changed = new KeyChangedError("bob", fingerprint(bob));
  for (const isStated of [true, false]) {
    let calls = 0;
    let key: string | undefined;
    const connect = () => {
      calls++;
      if (key === undefined) return Promise.reject(changed);
      return Promise.resolve("connected");
    };
    const calling = retryWithNewKey(connect, {
      knownKeys: { keyOf: () => key },
      collect: () => {
        if (isStated) key = bob.toBase64();
        return Promise.resolve();
      },
      timeoutMs: 1000,
    });
    if (isStated) assertEquals(await calling, "connected");
    else await assertRejects(() => calling, KeyChangedError);
    assertEquals(calls, isStated ? 2 : 1);
  }
});
