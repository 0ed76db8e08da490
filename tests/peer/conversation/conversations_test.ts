import { assert, assertEquals } from "@std/assert";
import { KnownKeys } from "../../../lib/peer/trust/known_keys.ts";
import { Conversations } from "../../../lib/peer/conversation/conversations.ts";
import { FallbackRegistryClient } from "../../../lib/peer/registry_client/fallback.ts";
import { Mail } from "../../../lib/peer/delivery/mailbox.ts";
import { openStore, PEER_TIMINGS } from "../../../lib/peer/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";

Deno.test("strangers whose connections break do not make a peer ask the registry for all of them", async () => {
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
    using stranger = await SecureSocket.connect(alice.peer.address);
    await stranger.send("CHAT", [["clientID", `stranger${n}`]]);
    await stranger.until("CHAT");
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

Deno.test("deliveries that are over are forgotten where there are many, and no others", () => {
  using store = openStore(":memory:", { now: Date.now() });
  store.outbox.queue("bob", "not there yet", Date.now());
  const self = {
    clientID: "alice",
    identity: Identity.generate(),
    store,
    knownKeys: new KnownKeys(store.pins, () => Promise.resolve(undefined)),
    plain: false,
    timings: PEER_TIMINGS,
    onEvent: () => {},
  };
  const registry = new FallbackRegistryClient({
    ...self,
    address: { host: "127.0.0.1", port: 1 },
    onRegistered: () => {},
    onMail: () => {},
  });
  const mail = new Mail({ ...self, registry, onReturn: () => {} });
  const call = () => Promise.resolve();
  const conversations = new Conversations({ ...self, mail, call });
  const [bob, carol] = [conversations.of("bob"), conversations.of("carol")];
  for (let n = 0; n < 2000; n++) conversations.of(`stranger${n}`);
  assert(conversations.of("bob") === bob);
  assert(conversations.of("carol") !== carol);
});
