import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Message } from "../../../lib/framing/mod.ts";
import { openStore } from "../../../lib/peer/mod.ts";
import { Identity, SealError, unseal } from "../../../lib/secure/mod.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";

const TEXT = "for nobody but bob";

Deno.test("a registry cannot read the letters that it keeps", async () => {
  const [alice, bob, registrys] = [
    Identity.generate(),
    Identity.generate(),
    Identity.generate(),
  ];
  const letter = Promise.withResolvers<Message>();
  await using registry = new FakeRegistry({
    DEPOSIT: (request, socket) => {
      letter.resolve(request);
      return socket.reply(request, "DEPOSITACK");
    },
  }, { identity: registrys });
  using store = openStore(":memory:", { now: Date.now() });
  store.pins.pin("bob", bob.publicKey.toBase64());
  await using peer = new TestPeer("alice", registry.address, {
    identity: alice,
    store,
  });
  await peer.peer.register();
  await peer.peer.send("bob", TEXT);
  const { body } = await letter.promise;
  const seen = Array.from(body, (byte) => String.fromCharCode(byte)).join("");
  for (const secret of [TEXT, "alice", "MSG"]) {
    assertEquals(seen.indexOf(secret), -1);
  }
  assertThrows(() => unseal(registrys, body), SealError);
  const { plaintext, senderKey } = unseal(bob, body);
  assert(new TextDecoder().decode(plaintext).includes(TEXT));
  assertEquals(senderKey, alice.publicKey);
});
