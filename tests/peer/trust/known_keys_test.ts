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
  const replaced: [name: string, key: string][] = [];
  const knownKeys = new KnownKeys(
    store.pins,
    lookUpNone,
    (...what) => replaced.push(what),
  );
  return {
    knownKeys,
    replaced,
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
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
  assert(here.knownKeys.trust("bob", print(OTHER)));
  here.knownKeys.pinOrCheck("bob", OTHER);
  assertEquals(here.knownKeys.protection("bob"), "pinned");
  assertThrows(() => here.knownKeys.pinOrCheck("bob", BOB), KeyChangedError);
});

Deno.test("only a fingerprint is trusted, and not that of the key that is known, nor of a name without one", () => {
  using here = knownKeys();
  const trust = (fingerprint: string) =>
    here.knownKeys.trust("bob", fingerprint);
  assertThrows(() => trust(print(BOB)), PeerError, "no key of bob is known");
  here.knownKeys.pinOrCheck("bob", BOB);
  assertThrows(() => trust(print(BOB)), PeerError, "is known already");
  for (const text of ["", "yes", print(OTHER).slice(0, -1), OTHER]) {
    assertThrows(() => trust(text), PeerError, "is not a fingerprint");
  }
  assertThrows(() => here.knownKeys.check("bob", OTHER), KeyChangedError);
  assertEquals(here.knownKeys.keyOf("bob"), BOB);
});

Deno.test("where several keys came, the one that is trusted is the one that is named", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  for (const key of [OTHER, THIRD, OTHER]) {
    assertThrows(() => here.knownKeys.check("bob", key), KeyChangedError);
  }
  assertEquals(here.replaced, []);
  assert(here.knownKeys.trust("bob", print(OTHER)));
  assertEquals(here.knownKeys.keyOf("bob"), OTHER);
  assertEquals(here.replaced, [["bob", OTHER]]);
  assertThrows(() => here.knownKeys.check("bob", THIRD), KeyChangedError);
});

Deno.test("the right key can be trusted, however many others have come before it, or come after", () => {
  for (const isShown of [true, false]) {
    using here = knownKeys();
    here.knownKeys.pinOrCheck("bob", BOB);
    const strange = others.map(keyOf);
    const RIGHT = strange.pop() ?? "";
    const show = () => {
      for (const key of strange) {
        assertThrows(() => here.knownKeys.check("bob", key), KeyChangedError);
      }
    };
    show();
    if (isShown) {
      assertThrows(() => here.knownKeys.check("bob", RIGHT), KeyChangedError);
    }
    assert(!here.knownKeys.trust("bob", print(RIGHT)));
    assertEquals(here.replaced, []);
    // Until it comes again the known key stays, and no other one counts.
    here.knownKeys.check("bob", BOB);
    show();
    here.knownKeys.check("bob", RIGHT);
    assertEquals(here.knownKeys.keyOf("bob"), RIGHT);
    assertEquals(here.replaced, [["bob", RIGHT]]);
  }
});

Deno.test("of the many keys that may come the first ones are kept, and no more than eight", () => {
  using here = knownKeys();
  here.knownKeys.pinOrCheck("bob", BOB);
  const shown = others.map(keyOf);
  for (const key of shown) {
    assertThrows(() => here.knownKeys.check("bob", key), KeyChangedError);
  }
  assert(!here.knownKeys.trust("bob", print(at(shown, 8))));
  assertEquals(here.knownKeys.keyOf("bob"), BOB);
  assert(here.knownKeys.trust("bob", print(at(shown, 7))));
  assertEquals(here.knownKeys.keyOf("bob"), at(shown, 7));
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

Deno.test("a key that is trusted is in force over a restart, also before it comes", () => {
  using temp = new TempFolder();
  {
    using here = knownKeys(temp.join("store.db"));
    here.knownKeys.pinOrCheck("bob", BOB);
    here.knownKeys.verify("bob", alice);
    assert(!here.knownKeys.trust("bob", print(OTHER)));
    assertEquals(here.knownKeys.protection("bob"), "verified");
  }
  using here = knownKeys(temp.join("store.db"));
  assertThrows(() => here.knownKeys.check("bob", THIRD), KeyChangedError);
  here.knownKeys.check("bob", OTHER);
  assertEquals(here.knownKeys.keyOf("bob"), OTHER);
  assertEquals(here.knownKeys.protection("bob"), "pinned");
  // What was trusted counts once.
  assertThrows(() => here.knownKeys.check("bob", BOB), KeyChangedError);
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
  knownKeys.pinOrCheck("dave", OTHER);
  assert(!knownKeys.trust("dave", print(THIRD)));
  assertThrows(() => knownKeys.check("carol", THIRD), KeyChangedError);
  database.run("PRAGMA query_only = ON");
  for (
    const act of [
      () => knownKeys.pinOrCheck("bob", BOB),
      () => knownKeys.trust("carol", print(THIRD)),
      () => knownKeys.trust("carol", print(BOB)),
      () => knownKeys.check("dave", THIRD),
      () => knownKeys.verify("carol", alice),
    ]
  ) assertThrows(act, PeerError, "cannot be written");
  database.run("PRAGMA query_only = OFF");
  assertEquals(knownKeys.keyOf("bob"), undefined);
  assertEquals(knownKeys.keyOf("carol"), OTHER);
  assertEquals(knownKeys.protection("carol"), "pinned");
  assertEquals(knownKeys.keyOf("dave"), OTHER);
  assert(knownKeys.trust("carol", print(THIRD)));
});
