import { assert, assertEquals } from "@std/assert";
import { sealLetter } from "../../../lib/peer/delivery/codec.ts";
import { nextULID } from "../../../lib/peer/store/ulid.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";
import { keyOf, Mail } from "./mail.ts";

/** How many letters come under new names: more than the LOOKUPs of a client. */
const LETTERS = 944;

const bob = Identity.generate();
const carol = Identity.generate();

for (
  const [whose, senders] of [
    ["one key", [Identity.generate()]],
    ["many keys", Array.from({ length: LETTERS }, () => Identity.generate())],
  ] as const
) {
  Deno.test(`944 letters under new names do not let an impostor in, and do not keep the real client out (${whose})`, async () => {
    await using mail = await Mail.open();
    const { alice } = mail;
    mail.claim("carol", carol);
    for (let n = 0; n < LETTERS; n++) {
      const sender = senders[n % senders.length];
      assert(sender !== undefined);
      mail.put(`stranger${n}`, sender, "hello");
    }
    mail.put("carol", Identity.generate(), "send me money");
    mail.put("bob", bob, "hello from a friend");
    alice.store.pins.pin("bob", keyOf(bob));
    await alice.start();
    const { from, text } = await alice.until("message");
    assertEquals([from.name, text], ["bob", "hello from a friend"]);
    const { reason } = await alice.until("waiting");
    assert(reason.includes("too many unknown peers"), reason);
    assertEquals(alice.peer.keys.hasPinned("carol"), false);
    // What the user asks for is answered.
    assertEquals((await alice.peer.info()).length, 1);
    assertEquals(await alice.peer.recipient("carol"), "carol");
    const real = await mail.network.startPeer("carol", { identity: carol });
    await real.peer.chat("alice");
    assertEquals((await alice.until("connected")).party.name, "carol");
    assertEquals(alice.store.pins.get("carol")?.key, keyOf(carol));
    assertEquals(alice.texts(), ["hello from a friend"]);
  });
}

Deno.test("letters under ever new names that the registry cannot confirm do not fill the screen", async () => {
  const identity = Identity.generate();
  const eve = Identity.generate();
  let collections = 0;
  let canAnswer = false;
  await using registry = new FakeRegistry({
    LOOKUP: (request, socket) =>
      canAnswer
        ? socket.reply(request, "LOOKUPACK", [
          ["clientID", request.get("target") ?? ""],
          ["Online", "no"],
          ["Key", keyOf(eve)],
        ])
        : socket.reply(request, "ERROR", [["Code", "500"]]),
    DEPOSIT: (request, socket) => socket.reply(request, "DEPOSITACK"),
    COLLECT: (request, socket) => {
      if (request.get("After") !== undefined) {
        return socket.reply(request, "COLLECTACK");
      }
      const from = `stranger${++collections}`;
      const message = { id: nextULID("", 0), time: 0, text: "hello" };
      const sealed = sealLetter(keyOf(identity), eve, { from, message });
      return socket.reply(request, "COLLECTACK", [
        ["Letters", `${sealed.length}`],
        ["Numbers", "1"],
      ], sealed);
    },
  });
  await using alice = new TestPeer("alice", registry.address, {
    identity,
    timings: FAST_BACKOFF,
  });
  await alice.peer.register();
  for (let n = 0; n < 10; n++) await alice.expect("waiting");
  await eventually(() => collections > 20, () => collections);
  canAnswer = true;
  assertEquals(await alice.message(), "hello");
});
