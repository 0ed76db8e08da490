import { assert, assertEquals } from "@std/assert";
import { Contacts } from "../../lib/peer/contacts.ts";
import { Deliveries } from "../../lib/peer/deliveries.ts";
import { EitherRegistry } from "../../lib/peer/either_registry.ts";
import { Mail } from "../../lib/peer/mail.ts";
import { openStore } from "../../lib/peer/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { SecureSocket } from "../secure_socket.ts";
import { ObservedPeer } from "./observed.ts";
import { PlayedRegistry } from "./played_registry.ts";

Deno.test("strangers whose connections break do not make a peer ask the registry for all of them", async () => {
  const asked = new Set<string | undefined>();
  await using registry = new PlayedRegistry({
    BRIDGE: (request, socket) => {
      asked.add(request.get("target"));
      return socket.reply(request, "ERROR", [["Code", "404"]]);
    },
  });
  await using alice = new ObservedPeer("alice", registry.address);
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
  await using bob = new ObservedPeer("bob");
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
    contacts: new Contacts(store.pins, () => Promise.resolve(undefined)),
    plain: false,
    onEvent: () => {},
  };
  const registry = new EitherRegistry({
    ...self,
    address: { host: "127.0.0.1", port: 1 },
    onRegistered: () => {},
    onMail: () => {},
  });
  const mail = new Mail({ ...self, registry, onReturn: () => {} });
  const call = () => Promise.resolve();
  const deliveries = new Deliveries({ ...self, mail, call });
  const [bob, carol] = [deliveries.of("bob"), deliveries.of("carol")];
  for (let n = 0; n < 2000; n++) deliveries.of(`stranger${n}`);
  assert(deliveries.of("bob") === bob);
  assert(deliveries.of("carol") !== carol);
});
