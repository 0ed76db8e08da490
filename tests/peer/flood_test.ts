import { assert, assertEquals } from "@std/assert";
import type { PeerEvent } from "../../lib/peer/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { startNetwork } from "../support/test_network.ts";

Deno.test("letters that claim a known client ID under another key do not fill the screen", async () => {
  await using network = await startNetwork({ started: false });
  const { alice, bob: impostor } = network;
  const friend = network.addPeer("carol");
  alice.store.pins.pin("bob", Identity.generate().publicKey.toBase64());
  // The registry knows alice's key from then on.
  await alice.start();
  await alice.stop();
  for (let n = 0; n < 300; n++) {
    impostor.store.outbox.queue("alice", `letter ${n}`, Date.now());
  }
  for (const sender of [impostor, friend]) {
    await sender.start();
    await sender.peer.send("alice", "the last letter");
    await sender.peer.queue.drain(60_000);
    await sender.stop();
  }
  await alice.start();
  const changed: Extract<PeerEvent, { type: "keyChanged" }>[] = [];
  for (let event; (event = await alice.next()).type !== "message";) {
    assert(event.type === "keyChanged", event.type);
    changed.push(event);
  }
  assertEquals(changed.length, 10);
  assertEquals(new Set(changed.map(({ name }) => name)), new Set(["bob"]));
  assertEquals(alice.texts(), ["the last letter"]);
});
