import { assert, assertEquals } from "@std/assert";
import { Identity } from "../../../lib/secure/mod.ts";
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
