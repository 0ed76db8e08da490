import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import { openStore, PeerError } from "../../../lib/peer/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { PlainRegistry } from "../../support/plain_registry.ts";
import { RecordingConnect } from "../../support/recording_connect.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";

const BOB = Identity.generate().publicKey.toBase64();

/** Addresses that no registry leads a client to, whatever it says. */
const FORBIDDEN = [
  "0.0.0.0:40000",
  "127.0.0.1:22",
  "224.0.0.1:40000",
  "255.255.255.255:40000",
  "169.254.169.254:80",
  "192.0.2.7:25",
  "[::]:40000",
  "[::ffff:0.0.0.0]:40000",
  "[ff02::1]:40000",
  "[fe80::1]:40000",
  "[64:ff9b::7f00:1]:40000",
];

Deno.test("a registry that names an address which is not dialled is reported, and nothing is dialled", async () => {
  for (const address of FORBIDDEN) {
    await using registry = FakeRegistry.naming({
      clientID: "bob",
      address,
      key: BOB,
    });
    const { connect, dialled } = new RecordingConnect();
    await using alice = new TestPeer("alice", registry.address, { connect });
    await assertRejects(
      () => alice.peer.chat("bob"),
      PeerError,
      `the registry named ${address} for bob, which is not dialled: `,
    );
    assertEquals(dialled, []);
  }
});

Deno.test("a registry leads no client to the registry's own address", async () => {
  await using registry = new FakeRegistry();
  const { port } = registry.address;
  const { connect, dialled } = new RecordingConnect();
  await using alice = new TestPeer("alice", registry.address, { connect });
  for (const host of ["127.0.0.1", "127.0.1.1", "[::1]"]) {
    registry.handlers.BRIDGE = (request, socket) =>
      socket.reply(request, "BRIDGEACK", [
        ["clientID", "bob"],
        ["Candidates", `${host}:${port}`],
        ["Key", BOB],
      ]);
    await assertRejects(
      () => alice.peer.chat("bob"),
      PeerError,
      "it is the registry's own address",
    );
  }
  assertEquals(dialled, []);
});

Deno.test("of several candidates those that are not dialled are left out, and at most eight are dialled", async () => {
  const open = Array.from({ length: 20 }, (_, n) => `192.0.2.7:${40000 + n}`);
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: ["127.0.0.1:22", ...open].join(", "),
    key: BOB,
  });
  const { connect, dialled } = new RecordingConnect();
  await using alice = new TestPeer("alice", registry.address, { connect });
  await assertRejects(() => alice.peer.chat("bob"), PeerError);
  assertEquals(dialled, open.slice(0, 7));
});

Deno.test("a registry in plain leads no client to such an address, nor to a host name", async () => {
  const hosts = [
    "0.0.0.0",
    "224.0.0.1",
    "169.254.169.254",
    "::",
    "example.org",
  ];
  for (const host of [...hosts, "127.1", "0x7f.1"]) {
    const BRIDGE = `BRIDGEACK\r\nclientID: bob\r\nIP: ${host}\r\n` +
      "Port: 40000\r\n\r\n";
    await using registry = new PlainRegistry({ BRIDGE });
    const { connect, dialled } = new RecordingConnect();
    await using alice = new TestPeer("alice", registry.address, {
      plain: true,
      registryPlain: true,
      connect,
    });
    await assertRejects(
      () => alice.peer.chat("bob"),
      PeerError,
      "for bob, which is not dialled: ",
    );
    assertEquals(dialled, []);
  }
});

Deno.test("an address that the user types is dialled, whichever it is", async () => {
  await using registry = new FakeRegistry();
  const { connect, dialled } = new RecordingConnect();
  await using alice = new TestPeer("alice", registry.address, { connect });
  const typed = ["127.0.0.1:22", formatAddress(registry.address)];
  for (const address of [...typed, "224.0.0.1:40000", "plain://[::1]:25"]) {
    await assertRejects(() => alice.peer.chat(address), PeerError);
  }
  // Only with --plain is the last one dialled.
  assertEquals(dialled, [...typed, "224.0.0.1:40000"]);
});

Deno.test("a client whose messages wait is led to the same address ever more rarely, whatever the registry does", async () => {
  const victim = "192.0.2.7:40000";
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: victim,
    key: BOB,
  });
  using store = openStore(":memory:", { now: 0 });
  const { connect, dialled } = new RecordingConnect();
  await using alice = new TestPeer("alice", registry.address, {
    connect,
    store,
    timings: { ...FAST_BACKOFF, backoffMaxMs: 60_000 },
  });
  await alice.peer.register();
  await alice.peer.send("bob", "where are you?");
  await eventually(() => dialled.length > 0, () => dialled);
  // At each new registration everything that waits is tried at once.
  for (let n = 1; n <= 30; n++) {
    registry.links.at(-1)?.[Symbol.dispose]();
    await eventually(() => registry.links.length > n, () => n);
    await alice.until("registryBack");
  }
  assert(dialled.length < 10, `it was dialled ${dialled.length} times`);
});
