import { assertEquals, assertThrows } from "@std/assert";
import { openStore, Peer, PeerError } from "../../lib/peer/mod.ts";
import { StorageError } from "../../lib/storage/mod.ts";
import { TestPeer } from "../support/test_peer.ts";
import { unusedAddress } from "../support/unused_address.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

Deno.test("a peer closes the store that it made itself", async () => {
  const alice = new TestPeer("alice");
  assertEquals(alice.peer.queue.length, 0);
  await alice.peer.close();
  assertThrows(() => alice.peer.queue.length, StorageError);
});

Deno.test("a peer does not close a store that it was given", async () => {
  using store = openStore(":memory:", { now: Date.now() });
  const alice = new TestPeer("alice", undefined, { store });
  await alice.peer.close();
  store.outbox.queue("bob", "still open", Date.now());
  assertEquals(alice.peer.queue.length, 1);
});

Deno.test("a peer that cannot listen does not close a store that it was given", async () => {
  using store = openStore(":memory:", { now: Date.now() });
  await using alice = new TestPeer("alice");
  assertThrows(
    () =>
      Peer.listen({
        clientID: "bob",
        listen: alice.peer.address,
        registry: LOOPBACK,
        onEvent: () => {},
        store,
      }),
    PeerError,
    "is in use",
  );
  store.outbox.queue("alice", "still open", Date.now());
});

Deno.test("a peer that cannot start after it listens closes its listener", () => {
  using store = openStore(":memory:", { now: Date.now() });
  const options = {
    clientID: "alice",
    listen: unusedAddress(),
    registry: LOOPBACK,
    onEvent: () => {},
    store: {
      ...store,
      get pins(): never {
        throw new Error("the pins cannot be read");
      },
    },
  };
  for (let n = 0; n < 2; n++) {
    assertThrows(() => Peer.listen(options), Error, "the pins cannot be read");
  }
});
