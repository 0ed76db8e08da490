import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Message } from "../../lib/framing/mod.ts";
import { openStore, PeerError, type Store } from "../../lib/peer/mod.ts";
import { sealLetter } from "../../lib/peer/delivery/codec.ts";
import { fingerprint, Identity, sealRotation } from "../../lib/secure/mod.ts";
import { at } from "../support/at.ts";
import { eventually } from "../support/eventually.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { TestPeer } from "../support/test_peer.ts";
import { Mail } from "./delivery/mail.ts";

const keyOf = (identity: Identity) => identity.publicKey.toBase64();

const ALICE = Identity.generate();
const OLD = Identity.generate();
const NEW = Identity.generate();
const OTHER = Identity.generate();

/** The statement of one of bob's keys that another takes its place. */
function statement(
  old: Identity,
  next: Identity,
  { clientID = "bob", to = ALICE } = {},
): Uint8Array {
  const newKey = keyOf(next);
  return sealRotation(to.publicKey, old, { clientID, newKey });
}

/** Starts alice, without a registry. */
function startAlice(store?: Store): TestPeer {
  return new TestPeer("alice", undefined, {
    identity: ALICE,
    ...(store && { store }),
  });
}

/** Has bob call alice, and say who he is. */
async function call(
  { peer }: TestPeer,
  identity: Identity,
  rotations: readonly Uint8Array[] = [],
): Promise<SecureSocket> {
  const socket = await SecureSocket.connect(peer.address, identity);
  const texts = rotations.map((bytes) => bytes.toBase64());
  await socket.send("CHAT", [
    ["clientID", "bob"],
    ...(texts.length > 0 ? [["Rotation", texts.join(", ")] as const] : []),
  ]);
  return socket;
}

/** Has bob call, and waits until alice has answered. */
async function callAnswered(
  alice: TestPeer,
  identity: Identity,
  rotations: readonly Uint8Array[] = [],
): Promise<SecureSocket> {
  const socket = await call(alice, identity, rotations);
  assertEquals((await socket.receive()).method, "CHAT");
  return socket;
}

/** Has bob call in vain. */
async function callRefused(
  alice: TestPeer,
  identity: Identity,
  rotations: readonly Uint8Array[] = [],
): Promise<void> {
  using socket = await call(alice, identity, rotations);
  assertEquals(await socket.rest(), []);
}

function text(socket: SecureSocket, n: number): Promise<void> {
  return socket.send("MSG", [
    ["ID", `01M86BV9B5K63MJ7WZW52Z0Y0${n}`],
    ["Time", "2026-11-24T08:40:00.123Z"],
  ], `text ${n}`);
}

Deno.test("a caller whose old key has signed off on the new one is told with its fingerprint, and pinned, not verified", async () => {
  using store = openStore(":memory:", { now: 0 });
  await using alice = startAlice(store);
  {
    using bob = await callAnswered(alice, OLD);
    await bob.send("QUIT");
    await alice.until("disconnected");
  }
  alice.peer.keys.verify("bob");
  using _bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  assertEquals(await alice.next(), {
    type: "keyRotated",
    name: "bob",
    fingerprint: fingerprint(NEW.publicKey),
    wasVerified: true,
  });
  assertEquals((await alice.expect("connected")).party.protection, "pinned");
  assertEquals(store.pins.get("bob"), { key: keyOf(NEW), verified: false });
});

Deno.test("statements lead to a caller's key over others between them", async () => {
  await using alice = startAlice();
  (await callAnswered(alice, OLD))[Symbol.dispose]();
  const chain = [statement(OLD, OTHER), statement(OTHER, NEW)];
  await callRefused(alice, NEW, chain.slice(1));
  await alice.until("keyChanged");
  using _bob = await callAnswered(alice, NEW, chain);
  await alice.until("keyRotated");
});

Deno.test("a statement for another client ID, recipient or key, or of another key, replaces no pin", async () => {
  using store = openStore(":memory:", { now: 0 });
  await using alice = startAlice(store);
  (await callAnswered(alice, OLD))[Symbol.dispose]();
  for (
    const wrong of [
      statement(OLD, NEW, { clientID: "carol" }),
      statement(OLD, NEW, { to: OTHER }),
      statement(OLD, OTHER),
      statement(OTHER, NEW),
      statement(NEW, NEW),
    ]
  ) {
    await callRefused(alice, NEW, [wrong]);
    assertEquals((await alice.until("keyChanged")).name, "bob");
  }
  assertEquals(store.pins.get("bob")?.key, keyOf(OLD));
});

Deno.test("a key that was replaced is refused, also after a restart, and cannot be trusted again", async () => {
  using store = openStore(":memory:", { now: 0 });
  {
    await using alice = startAlice(store);
    (await callAnswered(alice, OLD))[Symbol.dispose]();
    using _bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  }
  await using alice = startAlice(store);
  for (const rotations of [[], [statement(NEW, OLD)], [statement(OLD, OLD)]]) {
    await callRefused(alice, OLD, rotations);
    const { reason } = await alice.expect("refused");
    assert(reason.includes("has replaced the key"), reason);
  }
  assertThrows(
    () => alice.peer.keys.trust("bob", fingerprint(OLD.publicKey)),
    PeerError,
    "has replaced the key",
  );
  assertEquals(store.pins.get("bob")?.key, keyOf(NEW));
});

Deno.test("once a contact has taken a new key, another statement of the old one is refused", async () => {
  using store = openStore(":memory:", { now: 0 });
  await using alice = startAlice(store);
  (await callAnswered(alice, OLD))[Symbol.dispose]();
  using _bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  await callRefused(alice, OTHER, [statement(OLD, OTHER)]);
  await alice.until("keyChanged");
  assertEquals(store.pins.get("bob")?.key, keyOf(NEW));
});

Deno.test("the new key of a blocked client is blocked, without a word, and so is the old one", async () => {
  using store = openStore(":memory:", { now: 0 });
  await using alice = startAlice(store);
  (await callAnswered(alice, OLD))[Symbol.dispose]();
  await alice.until("linkLost");
  alice.peer.blocking.block("bob");
  await alice.until("disconnected");
  using bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  await text(bob, 1);
  await bob.send("PING");
  assertEquals((await bob.receive()).method, "PONG");
  assert(store.blocked.has(keyOf(NEW)) && store.blocked.has(keyOf(OLD)));
  assertEquals(alice.peer.blocking.list().map(({ name }) => name), ["bob"]);
  assertEquals(store.history.recent(undefined, 10), []);
  alice.peer.blocking.unblock("bob");
  assert(!store.blocked.has(keyOf(NEW)) && !store.blocked.has(keyOf(OLD)));
  using _again = await callAnswered(alice, NEW);
  assertEquals((await alice.next()).type, "connected");
});

Deno.test("no accepted client hands its place to a key that is blocked", async () => {
  using store = openStore(":memory:", { now: 0 });
  store.blocked.add({ name: "eve", key: keyOf(NEW), since: 0 });
  await using alice = startAlice(store);
  (await callAnswered(alice, OLD))[Symbol.dispose]();
  await alice.until("linkLost");
  await callRefused(alice, NEW, [statement(OLD, NEW)]);
  assertEquals(store.pins.get("bob")?.key, keyOf(OLD));
  assert(!store.blocked.has(keyOf(OLD)));
});

Deno.test("a client that is accepted stays so under its new key", async () => {
  using store = openStore(":memory:", { now: 0 });
  store.pins.pin("bob", keyOf(OLD));
  store.pins.accept("bob");
  await using alice = new TestPeer("alice", undefined, {
    identity: ALICE,
    store,
    accept: "known",
  });
  using _bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  await alice.expect("keyRotated");
  await alice.expect("connected");
});

Deno.test("a conversation goes over to the new key, and a message that comes again under it is shown once", async () => {
  await using alice = startAlice();
  using old = await callAnswered(alice, OLD);
  await text(old, 1);
  assertEquals((await old.receive()).method, "ACK");
  using bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  assertEquals(await old.rest(), []);
  await text(bob, 1);
  await text(bob, 2);
  assertEquals((await bob.until("ACK")).headers.length, 1);
  const shown: string[] = [];
  for (let n = 0; n < 4; n++) {
    const event = await alice.next();
    shown.push(event.type === "message" ? event.text : event.type);
  }
  assertEquals(shown, ["connected", "text 1", "keyRotated", "text 2"]);
});

Deno.test("what waits for a client goes to its new key", async () => {
  await using alice = startAlice();
  {
    using bob = await callAnswered(alice, OLD);
    await alice.until("connected");
    await bob.send("QUIT");
    await alice.until("disconnected");
  }
  await alice.peer.send("bob", "waits");
  using bob = await callAnswered(alice, NEW, [statement(OLD, NEW)]);
  const message: Message = await bob.until("MSG");
  assertEquals(message.text(), "waits");
});

Deno.test("a letter with a statement replaces a pin, and what the old key has sealed before it is shown, but nothing after it", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  alice.store.pins.pin("bob", keyOf(OLD));
  mail.claim("bob", OLD);
  const deposit = (
    sender: Identity,
    letter: Parameters<typeof sealLetter>[2],
  ) =>
    mail.store.mailbox.deposit({
      recipient: keyOf(alice.identity),
      sender: crypto.randomUUID(),
      sealed: sealLetter(keyOf(alice.identity), sender, letter),
    }, 0);
  mail.put("bob", OLD, "before");
  const rotations = [statement(OLD, NEW, { to: alice.identity })];
  deposit(NEW, { from: "bob", rotations });
  mail.put("bob", OLD, "forged");
  mail.put("bob", NEW, "after");
  await alice.start();
  await alice.until("keyRotated");
  assertEquals(await alice.message(), "before");
  assertEquals(await alice.message(), "after");
  assertEquals(alice.store.pins.get("bob")?.key, keyOf(NEW));
  await eventually(() => mail.count === 0, () => mail.count);
});

Deno.test("a letter with a statement of a client that is not known is removed, and pins nothing", async () => {
  await using mail = await Mail.open();
  const { alice } = mail;
  mail.claim("bob", NEW);
  const rotations = [statement(OLD, NEW, { to: alice.identity })];
  mail.store.mailbox.deposit({
    recipient: keyOf(alice.identity),
    sender: "bob",
    sealed: sealLetter(keyOf(alice.identity), NEW, { from: "bob", rotations }),
  }, 0);
  await alice.start();
  await eventually(() => mail.count === 0, () => mail.count);
  assertEquals(alice.store.pins.get("bob"), undefined);
  await assertRejects(() => alice.peer.chat("bob"), PeerError);
});

Deno.test("a client's key is replaced at most eight times a day", async () => {
  using store = openStore(":memory:", { now: 0 });
  await using alice = startAlice(store);
  const keys = Array.from({ length: 10 }, () => Identity.generate());
  const take = (n: number, how: typeof callAnswered | typeof callRefused) => {
    const [from, to] = [at(keys, n - 1), at(keys, n)];
    return how(alice, to, [statement(from, to)]);
  };
  (await callAnswered(alice, at(keys, 0)))[Symbol.dispose]();
  for (let n = 1; n <= 8; n++) {
    (await take(n, callAnswered))?.[Symbol.dispose]();
    await alice.until("keyRotated");
  }
  await take(9, callRefused);
  await alice.until("keyChanged");
  assertEquals(store.pins.get("bob")?.key, keyOf(at(keys, 8)));
  // What was counted today is forgotten when another day begins.
  const tomorrow = Math.floor(Date.now() / 86_400_000) + 1;
  store.dailyTotals.add("carol", tomorrow, { messages: 1, bytes: 1 });
  (await take(9, callAnswered))?.[Symbol.dispose]();
  await alice.until("keyRotated");
});
