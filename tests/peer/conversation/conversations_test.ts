import { assert, assertEquals } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import { Acceptance } from "../../../lib/peer/trust/acceptance.ts";
import { KnownKeys } from "../../../lib/peer/trust/known_keys.ts";
import { OwnKeys } from "../../../lib/peer/trust/own_keys.ts";
import {
  DAILY_QUOTAS,
  FirstContacts,
  PlainQuotas,
  SenderQuotas,
} from "../../../lib/peer/trust/mod.ts";
import { Conversations } from "../../../lib/peer/conversation/conversations.ts";
import { FallbackRegistryClient } from "../../../lib/peer/registry_client/fallback.ts";
import { GapNotice } from "../../../lib/peer/delivery/gap_notice.ts";
import { LetterSender } from "../../../lib/peer/delivery/letter_sender.ts";
import { openStore, PEER_TIMINGS } from "../../../lib/peer/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { acceptPlainRetry, PlainSocket } from "../../support/plain_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { FAST_PLAIN } from "../../support/timings.ts";

Deno.test("unknown peers whose connections break do not make a peer send BRIDGE for each of them", async () => {
  const asked = new Set<string | undefined>();
  await using registry = new FakeRegistry({
    BRIDGE: (request, socket) => {
      asked.add(request.get("target"));
      return socket.reply(request, "ERROR", [["Code", "404"]]);
    },
  });
  await using alice = new TestPeer("alice", registry.address);
  await alice.peer.register();
  for (let n = 0; n < 100; n++) {
    using unknown = await SecureSocket.connect(alice.peer.address);
    await unknown.send("CHAT", [["clientID", `unknown${n}`]]);
    await unknown.until("CHAT");
  }
  let taken = 0;
  for (let ended = 0; ended + taken < 100;) {
    const { type } = await alice.next();
    if (type === "linkLost") taken++;
    if (type === "disconnected") ended++;
  }
  assertEquals(taken, 32);
  assertEquals(alice.peer.parties.length, 32);
  // A friend who calls is let in all the same.
  await using bob = new TestPeer("bob");
  const { host, port } = alice.peer.address;
  await bob.peer.chat(`${host}:${port}`);
  while ((await alice.next()).type !== "connected");
  assert(asked.size <= 32, `it asked for ${asked.size}`);
});

Deno.test("conversations that are idle are removed where there are many, and no others", () => {
  using store = openStore(":memory:", { now: Date.now() });
  store.outbox.queue("bob", "not there yet", Date.now());
  const self = {
    clientID: "alice",
    ownKeys: new OwnKeys({
      clientID: "alice",
      identity: Identity.generate(),
      store,
    }),
    store,
    knownKeys: new KnownKeys(
      store.pins,
      () => Promise.resolve({ status: "unclaimed" }),
    ),
    acceptance: new Acceptance({
      policy: "all",
      contacts: new FirstContacts({ known: [], onEvent: () => {} }),
      ...store,
    }),
    plainQuotas: new PlainQuotas(DAILY_QUOTAS),
    senderQuotas: new SenderQuotas({
      ...store,
      quotas: DAILY_QUOTAS,
      onEvent: () => {},
    }),
    plain: false,
    timings: PEER_TIMINGS,
    onEvent: () => {},
  };
  const registry = new FallbackRegistryClient({
    ...self,
    address: { host: "127.0.0.1", port: 1 },
    registryPlain: false,
    plainRegistries: store.plainRegistries,
    onRegistered: () => {},
    onMail: () => {},
  });
  const letterSender = new LetterSender({ ...self, registry });
  const connect = () => Promise.resolve();
  const gapNotice = new GapNotice({ ...self, gaps: store.gaps, delayMs: 1 });
  const conversations = new Conversations({
    ...self,
    gapNotice,
    letterSender,
    connect,
  });
  const [bob, carol] = [
    conversations.getOrCreate("bob"),
    conversations.getOrCreate("carol"),
  ];
  for (let n = 0; n < 2000; n++) conversations.getOrCreate(`unknown${n}`);
  assert(conversations.getOrCreate("bob") === bob);
  assert(conversations.getOrCreate("carol") !== carol);
});

Deno.test("a peer in plaintext never has the name of a client, which connects later", async () => {
  await using alice = TestPeer.plain("alice", undefined, FAST_PLAIN);
  using plain = await PlainSocket.connect(alice.peer.address);
  await plain.send("CHAT\r\nclientID: bob\r\n\r\n");
  const { party } = await alice.expect("connected");
  assertEquals([party.name, party.protection], ["~bob", "unencrypted"]);
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "bob");
  assertEquals(alice.peer.parties.map(({ name }) => name), ["bob", "~bob"]);
  await alice.peer.send("bob", "for the client");
  await bob.connected();
  assertEquals(await bob.message(), "for the client");
  await alice.peer.send("~bob", "for the program\n");
  await plain.until("for the program\n");
});

Deno.test("a conversation is found by its address, encrypted or not", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using alice = TestPeer.plain("alice", undefined, FAST_PLAIN);
  await using bob = new TestPeer("bob");
  const accepted = acceptPlainRetry(listener);
  const places = [
    formatAddress(bob.peer.address),
    `127.0.0.1:${listener.addr.port}`,
  ];
  for (const place of places) {
    const party = await alice.peer.chat(place);
    assertEquals(await alice.peer.chat(place), party);
  }
  using plain = PlainSocket.over(await accepted);
  assertEquals(alice.peer.parties.length, 2);
  for (const place of places) await alice.peer.send(place, "hello\n");
  await bob.connected();
  assertEquals(await bob.message(), "hello\n");
  await plain.send("hi\n");
  await plain.until("hello\n");
  for (const place of places) await alice.peer.hangUp(place);
  assertEquals(alice.peer.parties, []);
});

Deno.test("how a conversation is protected is what its key is now", async () => {
  await using alice = new TestPeer("alice");
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  const before = await alice.expect("connected");
  assertEquals(before.party.protection, "pinned");
  alice.peer.keys.verify("bob");
  assertEquals(alice.peer.parties.map((party) => party.protection), [
    "verified",
  ]);
  await bob.peer.hangUp("alice");
  const after = await alice.expect("disconnected");
  assertEquals(after.party.protection, "verified");
});
