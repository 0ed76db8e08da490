import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Address, formatAddress } from "../../../lib/net/mod.ts";
import {
  KeyChangedError,
  openStore,
  PeerError,
  type PeerOptions,
} from "../../../lib/peer/mod.ts";
import { fingerprint, Identity } from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { FAST_PEER } from "../../support/timings.ts";

const bob = Identity.generate();
const BOB = keyOf(bob);
const mallory = Identity.generate();
const MALLORY = keyOf(mallory);

function keyOf(identity: Identity): string {
  return identity.publicKey.toBase64();
}

/** A peer whose pins can be looked at. */
class Alice extends TestPeer {
  readonly store;

  constructor(registry?: Address, options: Partial<PeerOptions> = {}) {
    const store = openStore(":memory:", { now: Date.now() });
    super("alice", registry, { ...options, store });
    this.store = store;
  }

  /** The key that bob is known by. */
  get pinned(): string | undefined {
    return this.store.pins.get("bob")?.key;
  }

  /** Nothing has happened here: what happens next is that carol calls. */
  async assertUndisturbed(): Promise<void> {
    await using carol = new TestPeer("carol");
    await carol.peer.chat(formatAddress(this.peer.address));
    assertEquals(await this.connected(), "carol");
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    this.store[Symbol.dispose]();
  }
}

/** The listener of a peer that the test plays. */
function listener(): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port: 0 });
}

function addressOf({ addr }: Deno.TcpListener): string {
  return `127.0.0.1:${addr.port}`;
}

/** A message as a peer sends it. */
function say(socket: SecureSocket, text: string): Promise<void> {
  return socket.send("MSG", [
    ["ID", "01M86BV9B5K63MJ7WZW52Z0Y29"],
    ["Time", "2026-11-24T08:40:00.123Z"],
  ], text);
}

/** Calls a peer under a client ID. */
async function callAs(
  { peer }: TestPeer,
  clientID: string,
  identity: Identity,
): Promise<SecureSocket> {
  const socket = await SecureSocket.connect(peer.address, identity);
  await socket.send("CHAT", [["clientID", clientID]]);
  return socket;
}

Deno.test("no conversation and no pin results where the registry names another key for a client", async () => {
  await using bob = new TestPeer("bob");
  const address = formatAddress(bob.peer.address);
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address,
    key: MALLORY,
  });
  await using alice = new Alice(registry.address);
  await assertRejects(
    () => alice.peer.chat("bob"),
    PeerError,
    "is not bob: its key is not the known key of bob",
  );
  assertEquals(alice.store.pins.clients(), []);
  // Bob has no event of the attempt.
  await using carol = new TestPeer("carol");
  await carol.peer.chat(address);
  assertEquals(await bob.connected(), "carol");
});

Deno.test("no conversation and no pin results where the registry names another client's address", async () => {
  using elsewhere = listener();
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: addressOf(elsewhere),
    key: BOB,
  });
  await using alice = new Alice(registry.address);
  const calling = assertRejects(
    () => alice.peer.chat("bob"),
    PeerError,
    "is not bob: its key is not the known key of bob",
  );
  // The peer at that address learns neither alice's client ID nor a message.
  await assertRejects(() => SecureSocket.accept(elsewhere, mallory));
  await calling;
  assertEquals(alice.store.pins.clients(), []);
});

for (
  const [whose, identity] of [
    ["bob's", bob],
    ["its own", mallory],
  ] as const
) {
  Deno.test(`no conversation and no pin results where the registry names the dialling peer's own address and ${whose} key`, async () => {
    await using registry = new FakeRegistry();
    await using alice = new Alice(registry.address, { identity: mallory });
    registry.handlers.BRIDGE = (request, socket) =>
      socket.reply(request, "BRIDGEACK", [
        ["clientID", "bob"],
        ["Candidates", formatAddress(alice.peer.address)],
        ["Key", keyOf(identity)],
      ]);
    const words = identity === bob ? "is not bob" : "is this client itself";
    await assertRejects(() => alice.peer.chat("bob"), PeerError, words);
    assertEquals(alice.store.pins.clients(), []);
    await alice.assertUndisturbed();
  });
}

Deno.test("no conversation results where the registry still names the old key of a client", async () => {
  await using now = new TestPeer("bob");
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: formatAddress(now.peer.address),
    key: BOB,
  });
  await using alice = new Alice(registry.address);
  alice.store.pins.pin("bob", BOB);
  await assertRejects(
    () => alice.peer.chat("bob"),
    PeerError,
    "its key is not the known key",
  );
  assertEquals(alice.pinned, BOB);
});

Deno.test("a client for which the registry names a new key is not dialled", async () => {
  using there = listener();
  const key = MALLORY;
  const address = addressOf(there);
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address,
    key,
  });
  await using alice = new Alice(registry.address);
  alice.store.pins.pin("bob", BOB);
  const error = await assertRejects(
    () => alice.peer.chat("bob"),
    KeyChangedError,
    "an attacker may be impersonating bob; nothing was sent",
  );
  assertEquals(error.fingerprint, fingerprint(mallory.publicKey));
  assertEquals(alice.pinned, BOB);
  // Once it is trusted the call goes through, and only then.
  assert(alice.peer.keys.trust("bob", error.fingerprint));
  const calling = alice.peer.chat("bob");
  using socket = await SecureSocket.accept(there, mallory);
  await socket.send("CHAT", [["clientID", "bob"]]);
  assertEquals((await calling).protection, "pinned");
  assertEquals(alice.pinned, MALLORY);
});

Deno.test("a peer that is dialled as one client and claims another ID gets no message and no pin", async () => {
  using there = listener();
  const address = addressOf(there);
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address,
    key: MALLORY,
  });
  await using alice = new Alice(registry.address);
  const calling = assertRejects(
    () => alice.peer.chat("bob"),
    PeerError,
    "the peer claims to be carol, not bob",
  );
  using socket = await SecureSocket.accept(there, mallory);
  await socket.send("CHAT", [["clientID", "carol"]]);
  await say(socket, "believe me");
  await calling;
  const heard = await socket.rest();
  assertEquals(heard.map(({ method }) => method), ["CHAT"]);
  assertEquals(alice.store.pins.clients(), []);
  await alice.assertUndisturbed();
});

const ANSWERS: [what: string, chat: [string, string][], words: string][] = [
  [
    "the dialling peer's own ID",
    [["clientID", "alice"]],
    "the peer claims your own client ID",
  ],
  ["no client ID", [["clientID", "b b"]], "is not a client ID"],
  ["nothing", [], "clientID is missing"],
];

for (const [what, chat, words] of ANSWERS) {
  Deno.test(`a peer that is dialled by address and claims ${what} gets no message and no pin`, async () => {
    using there = listener();
    await using alice = new Alice();
    const calling = assertRejects(
      () => alice.peer.chat(addressOf(there)),
      PeerError,
      words,
    );
    using socket = await SecureSocket.accept(there, mallory);
    await socket.send("CHAT", chat);
    await calling;
    assertEquals(alice.store.pins.clients(), []);
  });
}

Deno.test("a peer that closes the connection before CHAT may have pinned another key", async () => {
  using there = listener();
  await using alice = new Alice();
  const dialling = assertRejects(
    () => alice.peer.chat(addressOf(there)),
    PeerError,
  );
  (await SecureSocket.accept(there, mallory))[Symbol.dispose]();
  assertEquals(
    (await dialling).message,
    "the peer closed the connection during the handshake: it may refuse " +
      "calls of clients that it does not know, or have pinned another key " +
      "of this client",
  );
});

Deno.test("a peer that ends its direction before CHAT is reported", async () => {
  using there = listener();
  await using alice = new Alice();
  const dialling = assertRejects(
    () => alice.peer.chat(addressOf(there)),
    PeerError,
  );
  using socket = await SecureSocket.accept(there, mallory);
  await socket.closeWrite();
  assertEquals(
    (await dialling).message,
    "the peer closed the connection and sent no client ID (CHAT)",
  );
});

Deno.test("a peer that sends no CHAT in time is reported", async () => {
  using there = listener();
  const { introductionTimeoutMs } = FAST_PEER;
  await using alice = new Alice(undefined, {
    timings: { introductionTimeoutMs },
  });
  const dialling = assertRejects(
    () => alice.peer.chat(addressOf(there)),
    PeerError,
  );
  using _socket = await SecureSocket.accept(there, mallory);
  assertEquals(
    (await dialling).message,
    "the peer sent no client ID (CHAT) in time",
  );
});

Deno.test("a caller that says nothing after the handshake is refused in time", async () => {
  const { introductionTimeoutMs } = FAST_PEER;
  await using alice = new Alice(undefined, {
    timings: { introductionTimeoutMs },
  });
  using caller = await SecureSocket.connect(alice.peer.address, mallory);
  const { reason } = await alice.expect("refused");
  assertEquals(reason, "the peer sent no client ID (CHAT) in time");
  assertEquals(await caller.rest(), []);
});

Deno.test("a peer that is dialled by address and claims a pinned client ID must have the pinned key", async () => {
  using there = listener();
  await using alice = new Alice();
  alice.store.pins.pin("bob", BOB);
  const calling = assertRejects(
    () => alice.peer.chat(addressOf(there)),
    KeyChangedError,
  );
  using socket = await SecureSocket.accept(there, mallory);
  await socket.send("CHAT", [["clientID", "bob"]]);
  await say(socket, "it is me");
  await calling;
  assertEquals(alice.pinned, BOB);
  assertEquals(alice.peer.parties, []);
});

Deno.test("a peer dialled by address, without a registry, is pinned at first contact", async () => {
  await using bob = new TestPeer("bob", undefined, { identity: mallory });
  await using alice = new Alice();
  const party = await alice.peer.chat(formatAddress(bob.peer.address));
  assertEquals([party.name, party.protection], ["bob", "pinned"]);
  assertEquals(alice.pinned, MALLORY);
});

Deno.test("a peer does not dial itself", async () => {
  await using alice = new Alice();
  await assertRejects(
    () => alice.peer.chat(formatAddress(alice.peer.address)),
    PeerError,
    "is this client itself",
  );
  await alice.assertUndisturbed();
});

Deno.test("a peer that claims a client ID which the registry knows by another key delivers no message and is not pinned", async () => {
  await using registry = startRegistry();
  await using alice = new Alice(registry.address);
  await alice.peer.register();
  await using bob = new TestPeer("bob", registry.address);
  await bob.peer.register();
  using socket = await callAs(alice, "bob", mallory);
  await say(socket, "it is me");
  const { reason } = await alice.expect("refused");
  assert(reason.includes("the registry knows bob by another key"), reason);
  assertEquals(await socket.rest(), []);
  assertEquals(alice.store.pins.clients(), []);
  await alice.assertUndisturbed();
});

Deno.test("a peer that claims the client ID of the peer it dials is refused", async () => {
  await using alice = new Alice();
  for (const clientID of ["alice", "ALICE"]) {
    using socket = await callAs(alice, clientID, mallory);
    const { reason } = await alice.expect("refused");
    assert(reason.includes("the peer claims your own client ID"), reason);
    assertEquals(await socket.rest(), []);
  }
});

Deno.test("nothing from a peer with another key than the pinned one is shown before that key is trusted", async () => {
  await using alice = new Alice();
  alice.store.pins.pin("bob", BOB);
  {
    using socket = await callAs(alice, "bob", mallory);
    await say(socket, "I have a new key");
    const { name, reason } = await alice.expect("keyChanged");
    assertEquals(name, "bob");
    assert(reason.includes("bob may have a new key, or an attacker"), reason);
    assertEquals(await socket.rest(), []);
  }
  assertEquals(alice.pinned, BOB);
  assert(alice.peer.keys.trust("bob", fingerprint(mallory.publicKey)));
  const { type, name } = await alice.expect("trusted");
  assertEquals([type, name], ["trusted", "bob"]);
  using socket = await callAs(alice, "bob", mallory);
  assertEquals(await alice.connected(), "bob");
  await say(socket, "thank you");
  assertEquals(await alice.message(), "thank you");
  using _old = await callAs(alice, "bob", bob);
  await alice.expect("keyChanged");
});

Deno.test("a key that is trusted before it comes is accepted when it calls, and another one is not", async () => {
  await using alice = new Alice();
  alice.store.pins.pin("bob", BOB);
  assert(!alice.peer.keys.trust("bob", fingerprint(mallory.publicKey)));
  using _other = await callAs(alice, "bob", Identity.generate());
  await alice.expect("keyChanged");
  using socket = await callAs(alice, "bob", mallory);
  await alice.expect("trusted");
  assertEquals(await alice.connected(), "bob");
  await say(socket, "it is me");
  assertEquals(await alice.message(), "it is me");
  assertEquals(alice.pinned, MALLORY);
});

Deno.test("both sides of a conversation have the same safety number; verifying marks the conversation, and showing does not", async () => {
  await using alice = new Alice();
  await using bob = new TestPeer("bob");
  await alice.peer.chat(formatAddress(bob.peer.address));
  await bob.connected();
  const protection = () => alice.peer.parties.map((party) => party.protection);
  assertEquals(protection(), ["pinned"]);
  const number = alice.peer.keys.safetyNumber("bob");
  assertEquals(number, bob.peer.keys.safetyNumber("alice"));
  assertEquals(number.replaceAll(" ", "").length, 60);
  assertEquals(protection(), ["pinned"]);
  assertEquals(alice.peer.keys.verify("bob"), number);
  assertEquals(protection(), ["verified"]);
  await bob.peer.send("alice", "we agree");
  await alice.connected();
  assertEquals((await alice.expect("message")).from.protection, "verified");
  alice.peer.keys.unverify("bob");
  assertEquals(protection(), ["pinned"]);
});

Deno.test("a conversation under a key that is no longer trusted ends, and does not count as verified", async () => {
  await using registry = startRegistry();
  await using alice = new Alice(registry.address);
  // The peer that was pinned as bob was not bob.
  using impostor = await callAs(alice, "bob", mallory);
  assertEquals(await alice.connected(), "bob");
  await alice.peer.register();
  await using real = new TestPeer("bob", registry.address, {
    identity: bob,
  });
  await real.peer.register();
  await assertRejects(
    () => real.peer.chat("alice"),
    PeerError,
  );
  await alice.expect("keyChanged");
  assert(alice.peer.keys.trust("bob", fingerprint(bob.publicKey)));
  await alice.peer.send("bob", "for the real one");
  assertEquals(await real.connected(), "alice");
  assertEquals(await real.message(), "for the real one");
  assertEquals(alice.peer.keys.verify("bob"), real.peer.keys.verify("alice"));
  const heard = await impostor.rest();
  assertEquals(heard.map(({ method }) => method), ["CHAT"]);
});
