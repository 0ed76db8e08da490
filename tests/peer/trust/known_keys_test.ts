import { assert, assertEquals, assertThrows } from "@std/assert";
import type { ClaimAnswer } from "../../../lib/peer/trust/claim_answer.ts";
import { KnownKeys } from "../../../lib/peer/trust/known_keys.ts";
import { KeyChangedError, PeerError } from "../../../lib/peer/errors.ts";
import { Pins } from "../../../lib/peer/store/pins.ts";
import { MIGRATIONS } from "../../../lib/peer/store/schema.ts";
import { openStore } from "../../../lib/peer/store/store.ts";
import {
  fingerprint,
  Identity,
  safetyNumber,
} from "../../../lib/secure/mod.ts";
import { openDatabase } from "../../../lib/storage/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { at } from "../../support/at.ts";

const alice = Identity.generate();
const bob = Identity.generate();
const others = Array.from({ length: 18 }, () => Identity.generate());
const BOB = keyOf(bob);
const OTHER = keyOf(at(others, 0));
const THIRD = keyOf(at(others, 1));

function keyOf(identity: Identity): string {
  return identity.publicKey.toBase64();
}

/** The fingerprint of a key in base64. */
function print(key: string): string {
  return fingerprint(Uint8Array.fromBase64(key));
}

/** A registry without any client. */
function lookUpNone(): Promise<ClaimAnswer> {
  return Promise.resolve({ status: "unclaimed" });
}

function knownKeys(path = ":memory:") {
  const store = openStore(path, { now: Date.now() });
  const knownKeys = new KnownKeys(store.pins, lookUpNone);
  return { knownKeys, store, [Symbol.dispose]: () => store[Symbol.dispose]() };
}

Deno.test("a key is pinned at first contact, and looking does not pin it", () => {
  using here = knownKeys();
  here.knownKeys.check("bob", BOB);
  assertEquals(here.knownKeys.keyOf("bob"), undefined);
  here.knownKeys.pinOrCheck("bob", BOB);
  here.knownKeys.pinOrCheck("bob", BOB);
  assertEquals(here.knownKeys.keyOf("bob"), BOB);
  assertEquals(here.knownKeys.protection("bob"), "pinned");
});

Deno.test("another key is refused, says what it may mean, and changes nothing", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  for (const look of ["check", "pinOrCheck"] as const) {
    const error = assertThrows(
      () => here.knownKeys[look]("bob", OTHER),
      KeyChangedError,
      "may have a new key, or an attacker may be impersonating",
    );
    assertEquals([error.owner, error.fingerprint], ["bob", print(OTHER)]);
  }
  assertEquals(here.knownKeys.keyOf("bob"), BOB);
  here.knownKeys.pinOrCheck("bob", BOB);
});

Deno.test("a key that has changed is accepted once it is trusted, and is not verified", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  here.knownKeys.verify("bob", alice);
  assertEquals(here.knownKeys.protection("bob"), "verified");
  assertThrows(() => here.knownKeys.pinOrCheck("bob", OTHER), KeyChangedError);
  assertEquals(here.knownKeys.protection("bob"), "verified");
  assertEquals(here.knownKeys.trust("bob"), print(OTHER));
  here.knownKeys.pinOrCheck("bob", OTHER);
  assertEquals(here.knownKeys.protection("bob"), "pinned");
  assertThrows(() => here.knownKeys.pinOrCheck("bob", BOB), KeyChangedError);
});

Deno.test("what has not changed cannot be trusted, nor twice", () => {
  using here = knownKeys();
  assertThrows(
    () => here.knownKeys.trust("bob"),
    PeerError,
    "no key of bob is known",
  );
  here.knownKeys.pinOrCheck("bob", BOB);
  assertThrows(() => here.knownKeys.trust("bob"), PeerError, "has not changed");
  assertThrows(() => here.knownKeys.check("bob", OTHER), KeyChangedError);
  here.knownKeys.trust("bob");
  assertThrows(() => here.knownKeys.trust("bob"), PeerError, "has not changed");
});

Deno.test("where several keys came, the one that is trusted is the one that is named", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  for (const key of [OTHER, THIRD, OTHER]) {
    assertThrows(() => here.knownKeys.check("bob", key), KeyChangedError);
  }
  const error = assertThrows(() => here.knownKeys.trust("bob"), PeerError);
  assert(error.message.includes(`${print(OTHER)} or ${print(THIRD)}`));
  assertThrows(
    () => here.knownKeys.trust("bob", print(BOB)),
    PeerError,
    "no key with that fingerprint",
  );
  assertEquals(here.knownKeys.trust("bob", print(OTHER)), print(OTHER));
  assertEquals(here.knownKeys.keyOf("bob"), OTHER);
});

Deno.test("of the many keys that may come the first ones are kept", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  for (const key of others.map(keyOf)) {
    assertThrows(() => here.knownKeys.check("bob", key), KeyChangedError);
  }
  assertEquals(here.knownKeys.trust("bob", print(OTHER)), print(OTHER));
});

Deno.test("both sides see the same 60 digits, and a third one sees others", () => {
  using here = knownKeys();
  using there = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  there.knownKeys.pinOrCheck("alice", keyOf(alice));
  const number = here.knownKeys.safetyNumber("bob", alice);
  assertEquals(number, there.knownKeys.safetyNumber("alice", bob));
  assertEquals(number.replaceAll(" ", "").length, 60);
  here.knownKeys.pinOrCheck("carol", OTHER);
  assert(here.knownKeys.safetyNumber("carol", alice) !== number);
  assertEquals(number, safetyNumber(bob.publicKey, alice.publicKey));
});

Deno.test("a key is verified when the user says so, not when its safety number is shown, until that is taken back", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  const number = here.knownKeys.safetyNumber("bob", alice);
  assertEquals(here.knownKeys.protection("bob"), "pinned");
  assertThrows(
    () => here.knownKeys.unverify("bob"),
    PeerError,
    "bob is not verified",
  );
  assertEquals(here.knownKeys.verify("bob", alice), number);
  assertEquals(here.knownKeys.protection("bob"), "verified");
  here.knownKeys.unverify("bob");
  assertEquals(here.knownKeys.protection("bob"), "pinned");
});

Deno.test("a client whose key is not pinned cannot be verified", () => {
  using here = knownKeys();
  for (
    const act of [
      () => here.knownKeys.safetyNumber("bob", alice),
      () => here.knownKeys.verify("bob", alice),
      () => here.knownKeys.unverify("bob"),
    ]
  ) assertThrows(act, PeerError, "connect to bob first");
});

Deno.test("pins and what was verified are there at the next start", () => {
  using temp = new TempFolder();
  {
    using here = knownKeys(temp.join("store.db"));
    here.knownKeys.pinOrCheck("bob", BOB);
    here.knownKeys.pinOrCheck("carol", OTHER);
    here.knownKeys.verify("bob", alice);
  }
  using here = knownKeys(temp.join("store.db"));
  assertThrows(() => here.knownKeys.pinOrCheck("bob", OTHER), KeyChangedError);
  assertEquals(here.knownKeys.protection("bob"), "verified");
  assertEquals(here.knownKeys.protection("carol"), "pinned");
});

Deno.test("a key that cannot be stored is not accepted, and the error says why", () => {
  using database = openDatabase({
    path: ":memory:",
    what: "the file of keys",
    ifDamaged: "",
    applicationID: 1,
    migrations: MIGRATIONS,
  });
  const knownKeys = new KnownKeys(new Pins(database), lookUpNone);
  knownKeys.pinOrCheck("carol", OTHER);
  assertThrows(() => knownKeys.check("carol", THIRD), KeyChangedError);
  database.run("PRAGMA query_only = ON");
  for (
    const act of [
      () => knownKeys.pinOrCheck("bob", BOB),
      () => knownKeys.trust("carol"),
      () => knownKeys.verify("carol", alice),
    ]
  ) assertThrows(act, PeerError, "cannot be written");
  database.run("PRAGMA query_only = OFF");
  assertEquals(knownKeys.keyOf("bob"), undefined);
  assertEquals(knownKeys.keyOf("carol"), OTHER);
  assertEquals(knownKeys.protection("carol"), "pinned");
  assertEquals(knownKeys.trust("carol"), print(THIRD));
});
