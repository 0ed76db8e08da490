import { assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../lib/peer/mod.ts";
import { Registry } from "../../../lib/registry/mod.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { unusedAddress } from "../../support/unused_address.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";

Deno.test("a peer whose registry is not there yet registers by itself when it is", async () => {
  const listen = unusedAddress();
  await using alice = new TestPeer("alice", listen, {
    timings: FAST_BACKOFF,
  });
  await assertRejects(
    () => alice.peer.register(),
    PeerError,
    "nothing listens",
  );
  await using _registry = Registry.listen({ listen, plain: false });
  await alice.expect("registryBack");
  assertEquals((await alice.peer.info()).map((c) => c.clientID), ["alice"]);
});
