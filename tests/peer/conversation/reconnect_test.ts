import { assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../lib/peer/mod.ts";
import { Registry } from "../../../lib/registry/mod.ts";
import { TestPeer } from "../../support/test_peer.ts";

function freeAddress() {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { host: "127.0.0.1", port: listener.addr.port };
}

Deno.test("a peer whose registry is not there yet registers by itself when it is", async () => {
  const listen = freeAddress();
  await using alice = new TestPeer("alice", listen);
  await assertRejects(
    () => alice.peer.register(),
    PeerError,
    "nothing listens",
  );
  await using _registry = Registry.listen({ listen, plain: false });
  await alice.expect("registryBack");
  assertEquals((await alice.peer.info()).map((c) => c.clientID), ["alice"]);
});
