import { assert, assertEquals, assertThrows } from "@std/assert";
import { openStore, PeerError } from "../../../lib/peer/mod.ts";
import { OwnKeys } from "../../../lib/peer/trust/mod.ts";
import { MAX_ROTATIONS } from "../../../lib/protocol/mod.ts";
import { Identity, IdentityError, isRotated } from "../../../lib/secure/mod.ts";

const BOB = Identity.generate();
const BOB_KEY = BOB.publicKey.toBase64();

/** The keys of alice, who has pinned bob's. */
function aliceKeys() {
  const store = openStore(":memory:", { now: 0 });
  store.pins.pin("bob", BOB_KEY);
  const identity = Identity.generate();
  const ownKeys = new OwnKeys({ clientID: "alice", identity, store });
  return { store, ownKeys, identity };
}

Deno.test("a statement is owed until its recipient talks to the key that it names, and not to the old one", async () => {
  const { store, ownKeys, identity } = aliceKeys();
  using _store = store;
  assertEquals(ownKeys.statementsFor(BOB_KEY), []);
  await ownKeys.rotate();
  assertEquals(ownKeys.statementsFor(BOB_KEY).length, 1);
  ownKeys.taken(BOB_KEY, identity.publicKey.toBase64());
  assert(ownKeys.owes(BOB_KEY));
  ownKeys.taken(BOB_KEY, ownKeys.publicKey);
  assert(!ownKeys.owes(BOB_KEY));
  assertEquals(store.ownKeys.recipients(), []);
});

Deno.test("the statements of several replacements lead from the first key to the last", async () => {
  const { store, ownKeys, identity } = aliceKeys();
  using _store = store;
  for (let n = 0; n < MAX_ROTATIONS; n++) await ownKeys.rotate();
  const change = {
    clientID: "alice",
    fromKey: identity.publicKey.toBase64(),
    toKey: ownKeys.publicKey,
  };
  assert(isRotated([BOB], ownKeys.statementsFor(BOB_KEY), change));
  await ownKeys.rotate();
  assertEquals(ownKeys.statementsFor(BOB_KEY).length, MAX_ROTATIONS);
});

Deno.test("the key that replaced another is in force at the next start, and without it there is none", async () => {
  const { store, ownKeys, identity } = aliceKeys();
  using _store = store;
  await ownKeys.rotate();
  const options = { clientID: "alice", identity, store };
  assertEquals(new OwnKeys(options).publicKey, ownKeys.publicKey);
  store.ownKeys.markSaved(ownKeys.publicKey);
  assertThrows(() => new OwnKeys(options), PeerError, "was replaced");
});

Deno.test("once a key is in the identity file, none that it replaced is kept for a start", async () => {
  const { store, identity } = aliceKeys();
  using _store = store;
  let isWritable = false;
  const saveIdentity = () =>
    isWritable
      ? Promise.resolve()
      : Promise.reject(new IdentityError("identity cannot be written"));
  const options = { clientID: "alice", identity, store, saveIdentity };
  const ownKeys = new OwnKeys(options);
  const keys = [ownKeys.publicKey];
  for (isWritable of [false, false, true]) {
    await ownKeys.rotate();
    keys.push(ownKeys.publicKey);
  }
  const kept = keys.filter((key) =>
    store.ownKeys.successorOf(key)?.privateKey !== undefined
  );
  assertEquals(kept, []);
});

Deno.test("old private keys are erased when nobody can use the old keys any more", async () => {
  const { store, ownKeys } = aliceKeys();
  using _store = store;
  store.pins.pin("127.0.0.1:5555", Identity.generate().publicKey.toBase64());
  await ownKeys.rotate();
  const [old] = ownKeys.oldMailboxesAt("127.0.0.1:5555");
  assert(old !== undefined);
  for (const { key } of store.pins.all()) {
    ownKeys.taken(key, ownKeys.publicKey);
  }
  assertEquals(store.ownKeys.retired().length, 1);
  ownKeys.mailboxEmptied("127.0.0.1:5555", old);
  assertEquals(store.ownKeys.retired().length, 0);
  assertEquals(ownKeys.retired.length, 0);
});

Deno.test("an old private key is erased 30 days after it was replaced, whoever has not taken the new one", async () => {
  const { store, ownKeys } = aliceKeys();
  using _store = store;
  await ownKeys.rotate();
  const [dayMs, replacedAt, { now }] = [24 * 3600 * 1000, Date.now(), Date];
  try {
    Date.now = () => replacedAt + 29 * dayMs;
    ownKeys.eraseUnneeded();
    assertEquals(ownKeys.retired.length, 1);
    Date.now = () => replacedAt + 31 * dayMs;
    ownKeys.eraseUnneeded();
  } finally {
    Date.now = now;
  }
  assertEquals(ownKeys.retired.length, 0);
  assertEquals(store.ownKeys.retired().length, 0);
});

Deno.test("no copy of a private key stays in memory once it is stored or read", async () => {
  const { store, ownKeys } = aliceKeys();
  using _store = store;
  const { fromPrivateKey } = Identity;
  const { exportPrivateKey } = Identity.prototype;
  const copies: Uint8Array[] = [];
  Identity.fromPrivateKey = (raw) => {
    copies.push(raw);
    return fromPrivateKey.call(Identity, raw);
  };
  Identity.prototype.exportPrivateKey = function () {
    const raw = exportPrivateKey.call(this);
    copies.push(raw);
    return raw;
  };
  try {
    await ownKeys.rotate();
  } finally {
    Identity.fromPrivateKey = fromPrivateKey;
    Identity.prototype.exportPrivateKey = exportPrivateKey;
  }
  assert(copies.length >= 3, `${copies.length} copies`);
  for (const copy of copies) assertEquals(copy, new Uint8Array(32));
});
