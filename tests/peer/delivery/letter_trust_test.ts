import { assert, assertEquals } from "@std/assert";
import { DiskFullError } from "../../../lib/storage/mod.ts";
import { fingerprint, Identity } from "../../../lib/secure/mod.ts";
import { eventually } from "../../support/eventually.ts";
import { keyOf, Mail } from "./mail.ts";

const bob = Identity.generate();
const carol = Identity.generate();
const mallory = Identity.generate();

Deno.test("a letter whose sender the registry cannot confirm stays in the mailbox, unpinned, and is shown when it can", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.claim("carol", carol);
  mail.put("carol", carol, "hello");
  mail.put("carol", mallory, "send me money");
  mail.failFor("carol");
  await alice.start();
  const { reason } = await alice.expect("waiting");
  assert(reason.includes("could not confirm the client ID carol"), reason);
  assertEquals(mail.count, 2);
  assertEquals(alice.peer.keys.hasPinned("carol"), false);
  mail.answer();
  assertEquals((await alice.until("message")).text, "hello");
  await eventually(() => mail.count === 0, () => mail.count);
  assertEquals(alice.store.pins.get("carol")?.key, keyOf(carol));
  assertEquals(alice.texts(), ["hello"]);
});

Deno.test("a letter under a client ID that no key has claimed is refused, not pinned, and removed", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.put("carol", mallory, "send me money");
  await alice.start();
  const { from, reason, ...event } = await alice.expect("letterRefused");
  assertEquals(from, "carol");
  assertEquals(event.fingerprint, fingerprint(mallory.publicKey));
  assert(reason.includes("no key has claimed the client ID carol"), reason);
  await eventually(() => mail.count === 0, () => mail.count);
  assertEquals(alice.texts(), []);
  assertEquals(alice.peer.keys.hasPinned("carol"), false);
  // The ID is free: the real carol is not locked out.
  const real = await mail.network.startPeer("carol");
  await real.peer.chat("alice");
  assertEquals(await alice.connected(), "carol");
});

Deno.test("with ask, no stranger whose ID is unclaimed, another's or not confirmed is offered by letter", async () => {
  await using mail = await Mail.open("ask");
  const { alice } = mail;
  mail.claim("carol", carol);
  mail.claim("dave", bob);
  mail.put("nobody", mallory, "unclaimed");
  mail.put("carol", mallory, "another's");
  mail.put("dave", mallory, "not confirmed");
  mail.failFor("dave");
  await alice.start();
  const refused = [
    (await alice.expect("letterRefused")).from,
    (await alice.expect("letterRefused")).from,
  ];
  assertEquals(refused, ["nobody", "carol"]);
  const { reason } = await alice.expect("waiting");
  assert(reason.includes("could not confirm the client ID dave"), reason);
  assertEquals(mail.count, 1);
  assertEquals(alice.peer.strangers.list(), []);
  mail.answer();
  assertEquals((await alice.expect("letterRefused")).from, "dave");
  assertEquals(alice.peer.strangers.list(), []);
  assertEquals(alice.store.pins.clients(), []);
});

Deno.test("a letter under a client ID that another key has claimed is refused, not pinned, and removed", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.claim("carol", carol);
  mail.put("carol", mallory, "send me money");
  await alice.start();
  const { reason } = await alice.expect("letterRefused");
  assert(reason.includes("knows carol by another key"), reason);
  await eventually(() => mail.count === 0, () => mail.count);
  assertEquals(alice.texts(), []);
  assertEquals(alice.peer.keys.hasPinned("carol"), false);
});

Deno.test("a letter under the recipient's own client ID is refused and removed", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.put("alice", alice.identity, "a note to myself");
  mail.put("Alice", mallory, "a note to myself");
  await alice.start();
  for (let n = 0; n < 2; n++) {
    const { reason } = await alice.expect("letterRefused");
    assert(reason.includes("claims your own client ID"), reason);
  }
  await eventually(() => mail.count === 0, () => mail.count);
  assertEquals(alice.texts(), []);
});

Deno.test("the first letter of the owner of a client ID is shown, and pins its key", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.claim("carol", carol);
  mail.put("carol", carol, "hello");
  await alice.start();
  assertEquals(await alice.message(), "hello");
  assertEquals(alice.store.pins.get("carol")?.key, keyOf(carol));
  await eventually(() => mail.count === 0, () => mail.count);
  await alice.stop();
  mail.put("carol", mallory, "send me money");
  await alice.start();
  assertEquals((await alice.expect("keyChanged")).name, "carol");
  assertEquals(alice.store.pins.get("carol")?.key, keyOf(carol));
  assertEquals(alice.texts(), ["hello"]);
});

Deno.test("a letter whose sender's key cannot be stored stays in the mailbox, and is shown when it can", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.claim("carol", carol);
  mail.put("carol", carol, "hello");
  const { pins } = alice.store;
  const pin = pins.pin.bind(pins);
  pins.pin = (name, key) => {
    if (name === "carol") throw new DiskFullError("the disk is full");
    pin(name, key);
  };
  await alice.start();
  const { reason } = await alice.expect("waiting");
  assert(reason.includes("the disk is full"), reason);
  assertEquals(mail.count, 1);
  pins.pin = pin;
  assertEquals(await alice.message(), "hello");
  await eventually(() => mail.count === 0, () => mail.count);
});

Deno.test("letters behind one whose sender cannot be confirmed are shown once, and removed", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.claim("carol", carol);
  alice.store.pins.pin("bob", keyOf(bob));
  mail.put("bob", bob, "one");
  mail.put("carol", carol, "hello");
  mail.put("bob", bob, "two");
  mail.failFor("carol");
  await alice.start();
  assertEquals(await alice.message(), "one");
  assertEquals(await alice.message(), "two");
  await alice.expect("waiting");
  await eventually(() => mail.count === 1, () => mail.count);
  mail.put("bob", bob, "three");
  assertEquals(await alice.message(), "three");
  mail.answer();
  assertEquals(await alice.message(), "hello");
  await eventually(() => mail.count === 0, () => mail.count);
  assertEquals(alice.texts(), ["one", "two", "three", "hello"]);
});
