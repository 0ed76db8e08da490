import { assert, assertEquals, assertRejects } from "@std/assert";
import { withTimeout } from "../../lib/async/mod.ts";
import { type Address, formatAddress } from "../../lib/net/mod.ts";
import { PeerError } from "../../lib/peer/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { HELLO } from "../support/hello.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { TestPeer } from "../support/test_peer.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { PATIENT_PEER, SOON_MS } from "../support/timings.ts";

/** Closes a peer, which ends what it was asked as well. */
async function assertClosesAtOnce(
  { peer }: TestPeer,
  asked: readonly Promise<unknown>[] = [],
): Promise<void> {
  const before = performance.now();
  await peer.close();
  await Promise.all(asked);
  const taken = performance.now() - before;
  assert(taken < SOON_MS, `closing took ${taken} ms`);
}

/** Inbound peers that connect up to a point, and then neither send nor close. */
const INBOUND: [how: string, call: (at: Address) => Promise<Disposable>][] = [
  ["says nothing", (at) => PlainSocket.connect(at)],
  ["has begun to say HELLO", async (at) => {
    const socket = await PlainSocket.connect(at);
    await socket.send("HELLO\r\nVers");
    return socket;
  }],
  ["does not go on with the handshake", async (at) => {
    const socket = await PlainSocket.connect(at);
    await socket.send(HELLO);
    return socket;
  }],
  ["does not say who it is", (at) => SecureSocket.connect(at)],
];

for (const [how, call] of INBOUND) {
  Deno.test(`closing does not wait for an inbound peer that ${how}`, async () => {
    const alice = new TestPeer("alice", undefined, { timings: PATIENT_PEER });
    using _inbound = await call(alice.peer.address);
    // The peer has been accepted once one that connected later has been.
    await using bob = new TestPeer("bob");
    await bob.peer.chat(formatAddress(alice.peer.address));
    await assertClosesAtOnce(alice);
  });
}

Deno.test("closing does not wait for a LOOKUP about an inbound peer, and the peer is not accepted", async () => {
  const asked = Promise.withResolvers<void>();
  await using registry = new FakeRegistry({ LOOKUP: () => asked.resolve() });
  const alice = new TestPeer("alice", registry.address, {
    timings: PATIENT_PEER,
  });
  await alice.peer.register();
  using bob = await SecureSocket.connect(alice.peer.address);
  await bob.send("CHAT", [["clientID", "bob"]]);
  await asked.promise;
  await assertClosesAtOnce(alice);
  assertEquals(await bob.rest(), []);
  assertEquals(alice.peer.parties, []);
});

/** Accepts each connection, and sends nothing. */
function silence(): Disposable & { readonly address: Address } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  (async () => {
    for await (const conn of listener) open.push(conn);
  })();
  const { hostname: host, port } = listener.addr;
  return {
    address: { host, port },
    [Symbol.dispose]() {
      listener.close();
      for (const conn of open) conn.close();
    },
  };
}

for (const plain of [false, true]) {
  const how = plain ? "with --plain" : "without --plain";
  Deno.test(`closing cancels a request to the registry, ${how}`, async () => {
    using silent = silence();
    const alice = new TestPeer("alice", silent.address, {
      plain,
      timings: { ...PATIENT_PEER, helloTimeoutMs: 200 },
    });
    const asked = [alice.peer.register(), alice.peer.info()];
    const refused = asked.map((question) =>
      assertRejects(() => question, PeerError)
    );
    // Some wait for an answer in plain by then.
    await new Promise((resolve) => setTimeout(resolve, plain ? 400 : 100));
    await assertClosesAtOnce(alice, refused);
    await assertRejects(() => alice.peer.register(), PeerError);
  });

  Deno.test(`closing cancels dialling, ${how}`, async () => {
    using silent = silence();
    const alice = new TestPeer("alice", undefined, {
      plain,
      timings: PATIENT_PEER,
    });
    const calling = assertRejects(
      () => alice.peer.chat(formatAddress(silent.address)),
      PeerError,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    await assertClosesAtOnce(alice, [calling]);
    assertEquals(alice.peer.parties, []);
  });
}

Deno.test("a connection that is established while the peer closes is closed too", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const alice = new TestPeer("alice", undefined, { timings: PATIENT_PEER });
  const calling = alice.peer.chat(`127.0.0.1:${listener.addr.port}`);
  const refused = assertRejects(() => calling, PeerError);
  using bob = await SecureSocket.accept(listener, Identity.generate());
  const closed = assertClosesAtOnce(alice);
  await bob.send("CHAT", [["clientID", "bob"]]).catch(() => {});
  await closed;
  await refused;
  assertEquals(alice.peer.parties, []);
});

Deno.test("a peer can be closed more than once, and each call waits for the end", async () => {
  const alice = new TestPeer("alice");
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  const first = alice.peer.close();
  await alice.peer.close();
  assertEquals(await withTimeout(first, 0), undefined);
  await alice.peer.close();
});
