import { assert, assertEquals } from "@std/assert";
import type { PeerEvent } from "../../lib/peer/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { plainRegistry } from "../support/test_peer.ts";
import { RestartablePeer } from "../support/restartable_peer.ts";

Deno.test("letters that claim a known client ID under another key do not fill the screen", async () => {
  await using registry = plainRegistry();
  using one = new RestartablePeer("alice");
  using impostor = new RestartablePeer("bob");
  using friend = new RestartablePeer("carol");
  one.store.pins.pin("bob", Identity.generate().publicKey.toBase64());
  {
    // The registry knows alice's key from then on.
    await using _alice = await one.start(registry);
  }
  for (let n = 0; n < 300; n++) {
    impostor.store.outbox.queue("alice", `letter ${n}`, Date.now());
  }
  for (const sender of [impostor, friend]) {
    await using peer = await sender.start(registry);
    await peer.peer.send("alice", "the last letter");
    await peer.peer.queue.settle(15_000);
  }
  await using alice = await one.start(registry);
  const changed: Extract<PeerEvent, { type: "keyChanged" }>[] = [];
  for (let event; (event = await alice.next()).type !== "message";) {
    assert(event.type === "keyChanged", event.type);
    changed.push(event);
  }
  assertEquals(changed.length, 10);
  assertEquals(new Set(changed.map(({ name }) => name)), new Set(["bob"]));
  assertEquals(one.texts(), ["the last letter"]);
});
