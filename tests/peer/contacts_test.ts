import { assert, assertEquals, assertThrows } from "@std/assert";
import { Contacts } from "../../lib/peer/contacts.ts";
import { KeyChangedError, PeerError } from "../../lib/peer/errors.ts";
import { Pins } from "../../lib/peer/pins.ts";
import { openStore } from "../../lib/peer/store.ts";
import { fingerprint, Identity, safetyNumber } from "../../lib/secure/mod.ts";
import { openDatabase } from "../../lib/storage/mod.ts";
import { somewhere } from "../storage/notes.ts";

const [alice, bob, ...others] = Array.from(
  { length: 20 },
  () => Identity.generate(),
);
const BOB = keyOf(bob);
const [OTHER, THIRD] = others.map(keyOf);

function keyOf(identity: Identity): string {
  return identity.publicKey.toBase64();
}

/** The fingerprint of a key in base64. */
function print(key: string): string {
  return fingerprint(Uint8Array.fromBase64(key));
}

/** A registry that knows of nobody. */
function nobodyKnows(): Promise<undefined> {
  return Promise.resolve(undefined);
}

function contacts(path = ":memory:") {
  const store = openStore(path, { now: Date.now() });
  const contacts = new Contacts(store.pins, nobodyKnows);
  return { contacts, store, [Symbol.dispose]: () => store[Symbol.dispose]() };
}

Deno.test("a key is pinned at first contact, and looking does not pin it", () => {
  using here = contacts();
  here.contacts.check("bob", BOB);
  assertEquals(here.contacts.keyOf("bob"), undefined);
  here.contacts.meet("bob", BOB);
  here.contacts.meet("bob", BOB);
  assertEquals(here.contacts.keyOf("bob"), BOB);
  assertEquals(here.contacts.protection("bob"), "pinned");
});

Deno.test("another key is refused, says what it may mean, and changes nothing", () => {
  using here = contacts();
  here.contacts.meet("bob", BOB);
  for (const look of ["check", "meet"] as const) {
    const error = assertThrows(
      () => here.contacts[look]("bob", OTHER),
      KeyChangedError,
      "set up anew, or somebody else is answering",
    );
    assertEquals([error.who, error.fingerprint], ["bob", print(OTHER)]);
  }
  assertEquals(here.contacts.keyOf("bob"), BOB);
  here.contacts.meet("bob", BOB);
});

Deno.test("a key that has changed is accepted once it is trusted, and is not verified", () => {
  using here = contacts();
  here.contacts.meet("bob", BOB);
  here.contacts.verify("bob", alice);
  assertEquals(here.contacts.protection("bob"), "verified");
  assertThrows(() => here.contacts.meet("bob", OTHER), KeyChangedError);
  assertEquals(here.contacts.protection("bob"), "verified");
  assertEquals(here.contacts.trust("bob"), print(OTHER));
  here.contacts.meet("bob", OTHER);
  assertEquals(here.contacts.protection("bob"), "pinned");
  assertThrows(() => here.contacts.meet("bob", BOB), KeyChangedError);
});

Deno.test("what has not changed cannot be trusted, nor twice", () => {
  using here = contacts();
  assertThrows(() => here.contacts.trust("bob"), PeerError, "has not changed");
  here.contacts.meet("bob", BOB);
  assertThrows(() => here.contacts.trust("bob"), PeerError, "has not changed");
  assertThrows(() => here.contacts.check("bob", OTHER), KeyChangedError);
  here.contacts.trust("bob");
  assertThrows(() => here.contacts.trust("bob"), PeerError, "has not changed");
});

Deno.test("where several keys came, the one that is trusted is the one that is named", () => {
  using here = contacts();
  here.contacts.meet("bob", BOB);
  for (const key of [OTHER, THIRD, OTHER]) {
    assertThrows(() => here.contacts.check("bob", key), KeyChangedError);
  }
  const error = assertThrows(() => here.contacts.trust("bob"), PeerError);
  assert(error.message.includes(`${print(OTHER)} or ${print(THIRD)}`));
  assertThrows(
    () => here.contacts.trust("bob", print(BOB)),
    PeerError,
    "no key with that fingerprint",
  );
  assertEquals(here.contacts.trust("bob", print(OTHER)), print(OTHER));
  assertEquals(here.contacts.keyOf("bob"), OTHER);
});

Deno.test("of the many keys that may come the first ones are kept", () => {
  using here = contacts();
  here.contacts.meet("bob", BOB);
  for (const key of others.map(keyOf)) {
    assertThrows(() => here.contacts.check("bob", key), KeyChangedError);
  }
  assertEquals(here.contacts.trust("bob", print(OTHER)), print(OTHER));
});

Deno.test("both sides see the same 60 digits, and others see others", () => {
  using here = contacts();
  using there = contacts();
  here.contacts.meet("bob", BOB);
  there.contacts.meet("alice", keyOf(alice));
  const number = here.contacts.verify("bob", alice);
  assertEquals(number, there.contacts.verify("alice", bob));
  assertEquals(number.replaceAll(" ", "").length, 60);
  here.contacts.meet("carol", OTHER);
  assert(here.contacts.verify("carol", alice) !== number);
  assertEquals(number, safetyNumber(bob.publicKey, alice.publicKey));
});

Deno.test("whoever has never been met cannot be verified", () => {
  using here = contacts();
  assertThrows(
    () => here.contacts.verify("bob", alice),
    PeerError,
    "talk with bob first",
  );
});

Deno.test("pins and what was verified are there at the next start", () => {
  using place = somewhere();
  {
    using here = contacts(place.path);
    here.contacts.meet("bob", BOB);
    here.contacts.meet("carol", OTHER);
    here.contacts.verify("bob", alice);
  }
  using here = contacts(place.path);
  assertThrows(() => here.contacts.meet("bob", OTHER), KeyChangedError);
  assertEquals(here.contacts.protection("bob"), "verified");
  assertEquals(here.contacts.protection("carol"), "pinned");
});

Deno.test("a key that cannot be stored is not taken, and the person is told in a sentence", () => {
  using database = openDatabase({
    path: ":memory:",
    what: "the file of keys",
    ifDamaged: "",
    applicationID: 1,
    migrations: [Pins.migration],
  });
  const contacts = new Contacts(new Pins(database), nobodyKnows);
  contacts.meet("carol", OTHER);
  assertThrows(() => contacts.check("carol", THIRD), KeyChangedError);
  database.run("PRAGMA query_only = ON");
  for (
    const act of [
      () => contacts.meet("bob", BOB),
      () => contacts.trust("carol"),
      () => contacts.verify("carol", alice),
    ]
  ) assertThrows(act, PeerError, "cannot be written");
  database.run("PRAGMA query_only = OFF");
  assertEquals(contacts.keyOf("bob"), undefined);
  assertEquals(contacts.keyOf("carol"), OTHER);
  assertEquals(contacts.protection("carol"), "pinned");
  assertEquals(contacts.trust("carol"), print(THIRD));
});
