import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  KnownRegistryError,
  NoSecureAnswerError,
  openStore,
  PeerError,
  type PeerOptions,
  PlainOnlyError,
  RefusedError,
  type Store,
} from "../../../lib/peer/mod.ts";
import { FallbackRegistryClient } from "../../../lib/peer/registry_client/mod.ts";
import { PEER_TIMINGS } from "../../../lib/peer/timings.ts";
import { KnownKeys, OwnKeys } from "../../../lib/peer/trust/mod.ts";
import { Registry } from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { OriginalRegistry } from "../../support/family/original_registry.ts";
import { PlainRegistry } from "../../support/plain_registry.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { unusedAddress } from "../../support/unused_address.ts";
import { FAST_BACKOFF, FAST_PEER } from "../../support/timings.ts";

const timings = {
  ...FAST_BACKOFF,
  helloTimeoutMs: FAST_PEER.helloTimeoutMs,
};

const ALICE = Identity.generate();

/** A peer with `--plain`, whose registry may be plain. */
function plainPeer(
  registry: { address: { host: string; port: number } },
  options: Partial<PeerOptions> = {},
): TestPeer {
  return new TestPeer("alice", registry.address, {
    plain: true,
    identity: ALICE,
    timings,
    ...options,
  });
}

function newStore(): Store {
  return openStore(":memory:", { now: Date.now() });
}

Deno.test("a peer whose registry is not there yet registers by itself when it is", async () => {
  const listen = unusedAddress();
  await using alice = new TestPeer("alice", listen, {
    timings: FAST_BACKOFF,
  });
  await assertRejects(
    () => alice.peer.register(),
    PeerError,
    "nothing listens",
  );
  await using _registry = Registry.listen({ listen, plain: false });
  await alice.expect("registryBack");
  assertEquals((await alice.peer.info()).map((c) => c.clientID), ["alice"]);
});

const PLAIN_ANSWERS: [what: string, answer: string][] = [
  ["closes the connection", "close"],
  ["says nothing", "silence"],
  ["answers with an ERROR", "ERROR\r\nReason: what?\r\n\r\n"],
  ["answers with other text", "UNKNOWN COMMAND\n"],
];

for (const [what, answer] of PLAIN_ANSWERS) {
  Deno.test(`with --plain, a registry that ${what} at HELLO is asked in plain, and no HELLO is sent to it again`, async () => {
    await using registry = new PlainRegistry({ HELLO: answer });
    using store = newStore();
    for (let run = 0; run < 3; run++) {
      await using alice = plainPeer(registry, { store });
      await alice.peer.register();
      assert(alice.peer.isRegistered && alice.peer.isRegistryPlain);
      await alice.peer.register();
    }
    assertEquals(registry.count("HELLO"), 1);
    assertEquals(registry.count("REGISTER"), 6);
    assertMatch(registry.heard[0] ?? "", /^HELLO\r\n[ -~\r\n]*\r\n\r\n$/);
  });
}

Deno.test("with --plain, a registry that says nothing at HELLO, and serves one connection after the other, is asked in plain", async () => {
  await using registry = new OriginalRegistry({ unknown: "silence" });
  const { hostname: host, port } = registry;
  await using alice = plainPeer({ address: { host, port } });
  await alice.peer.register();
  assert(alice.peer.isRegistered && alice.peer.isRegistryPlain);
  assertEquals([...registry.clients.keys()], ["alice"]);
});

Deno.test("without --plain, a registry that was remembered as plain is asked in the secure mode, and forgotten as plain if it answers", async () => {
  const listen = unusedAddress();
  using store = newStore();
  {
    await using _plain = new PlainRegistry({}, listen);
    await using alice = plainPeer({ address: listen }, { store });
    await alice.peer.register();
  }
  assertEquals(store.plainRegistries.has(`127.0.0.1:${listen.port}`), true);
  await using _registry = Registry.listen({ listen, plain: true });
  {
    await using alice = plainPeer({ address: listen }, { store, plain: false });
    await alice.peer.register();
    assertEquals(alice.peer.isRegistryPlain, false);
  }
  assertEquals(store.plainRegistries.has(`127.0.0.1:${listen.port}`), false);
  await using alice = plainPeer({ address: listen }, { store });
  await alice.peer.register();
  assertEquals(alice.peer.isRegistryPlain, false);
});

Deno.test("a registry that is told to be plain is never sent a HELLO, and is not remembered before it has answered", async () => {
  await using registry = new PlainRegistry({ REGISTER: "close" });
  using store = newStore();
  await using alice = plainPeer(registry, { store, registryPlain: true });
  await assertRejects(() => alice.peer.register(), PeerError, "closed");
  await assertRejects(() => alice.peer.bridge(), PeerError, "closed");
  assertEquals(registry.count("HELLO"), 0);
  const where = `127.0.0.1:${registry.address.port}`;
  assertEquals(store.plainRegistries.has(where), false);
});

Deno.test("a registry that ends at HELLO is named with the flag that helps, and is registered with in plain once it runs again", async () => {
  const listen = unusedAddress();
  using store = newStore();
  await using alice = plainPeer({ address: listen }, { store });
  {
    await using registry = new PlainRegistry({ HELLO: "exit" }, listen);
    const error = await assertRejects(
      () => alice.peer.register(),
      NoSecureAnswerError,
      "closed the connection without an answer, and then ",
    );
    assertEquals(error.dialled.kind, "registry");
    assertEquals(registry.count("HELLO"), 1);
  }
  await using again = new PlainRegistry({ HELLO: "exit" }, listen);
  await alice.expect("registryBack");
  assert(alice.peer.isRegistered);
  assertEquals(again.count("HELLO"), 0);
  // The next run knows, too.
  await using next = plainPeer({ address: listen }, { store });
  await next.peer.register();
  assertEquals(again.count("HELLO"), 0);
});

Deno.test("without --plain, a registry that does not answer HELLO is not called plain", async () => {
  for (const answer of ["close", "silence"] as const) {
    await using registry = new PlainRegistry({ HELLO: answer });
    await using alice = plainPeer(registry, { plain: false });
    await assertRejects(() => alice.peer.register(), NoSecureAnswerError);
    assertEquals(registry.count("REGISTER"), 0);
  }
  await using registry = new PlainRegistry({ HELLO: "ERROR\r\n\r\n" });
  await using alice = plainPeer(registry, { plain: false });
  await assertRejects(() => alice.peer.register(), PlainOnlyError);
  assertEquals(registry.count("REGISTER"), 0);
});

Deno.test("a registry that is slow to answer HELLO is not taken for plain, though it also answers in plain", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const conns: Deno.TcpConn[] = [];
  const serving = (async () => {
    const hello = await listener.accept();
    conns.push(hello);
    await hello.read(new Uint8Array(1024));
    const plain = await listener.accept();
    conns.push(plain);
    await plain.read(new Uint8Array(1024));
    // The beginning of a handshake message, and the reply in plain.
    await hello.write(Uint8Array.of(0, 96));
    await plain.write(new TextEncoder().encode("REGACK\r\n\r\n"));
  })();
  using store = newStore();
  const address = { host: "127.0.0.1", port };
  await using alice = plainPeer({ address }, {
    store,
    timings: { ...timings, backoffMinMs: 60_000, backoffMaxMs: 60_000 },
  });
  await assertRejects(
    () => alice.peer.register(),
    NoSecureAnswerError,
    "does not answer in the secure mode",
  );
  await serving;
  assertEquals(alice.peer.isRegistryPlain, false);
  assertEquals(store.plainRegistries.has(`127.0.0.1:${port}`), false);
  for (const conn of conns) conn.close();
});

Deno.test("a registry that refuses in plain as only one does that knows keys is asked in the secure mode again", async () => {
  const listen = unusedAddress();
  using store = newStore();
  store.plainRegistries.add(`127.0.0.1:${listen.port}`);
  await using _registry = Registry.listen({ listen, plain: false });
  await using alice = plainPeer({ address: listen }, { store });
  await assertRejects(
    () => alice.peer.register(),
    RefusedError,
    "does not speak the plain protocol",
  );
  await alice.peer.register();
  assertEquals(alice.peer.isRegistryPlain, false);
  assertEquals((await alice.peer.info()).map((c) => c.clientID), ["alice"]);
});

Deno.test("a registry whose key is known is never asked in plain, told or remembered", async () => {
  await using registry = new PlainRegistry({ HELLO: "ERROR\r\n\r\n" });
  const where = `127.0.0.1:${registry.address.port}`;
  using store = newStore();
  store.pins.pin(where, Identity.generate().publicKey.toBase64());
  store.plainRegistries.add(where);
  {
    await using alice = plainPeer(registry, { store });
    await assertRejects(() => alice.peer.register(), PeerError, "nothing was");
  }
  {
    await using alice = plainPeer(registry, { store, registryPlain: true });
    await assertRejects(() => alice.peer.register(), KnownRegistryError);
    await assertRejects(() => alice.peer.bridge(), KnownRegistryError);
  }
  assertEquals(registry.count("REGISTER") + registry.count("BRIDGE"), 0);
});

Deno.test("clients that meet through a registry in plain talk in the secure mode if they know each other's keys", async () => {
  const listen = { host: "127.0.0.1", port: 0 };
  await using registry = Registry.listen({ listen, plain: true });
  const bobs = Identity.generate();
  using store = newStore();
  store.pins.pin("bob", bobs.publicKey.toBase64());
  await using alice = plainPeer(registry, { store, registryPlain: true });
  await using bob = new TestPeer("bob", registry.address, {
    plain: true,
    registryPlain: true,
    identity: bobs,
  });
  await alice.peer.register();
  await bob.peer.register();
  assertEquals((await alice.peer.chat("bob")).protection, "pinned");
});

Deno.test("the address of a registry is that of the last connection to it, whatever its name", async () => {
  await using registry = Registry.listen({
    listen: { host: "127.0.0.1", port: 0 },
    plain: true,
  });
  const { port } = registry.address;
  for (const registryPlain of [false, true]) {
    using store = newStore();
    const client = new FallbackRegistryClient({
      address: { host: "localhost", port },
      clientID: registryPlain ? "alice" : "bob",
      ownKeys: new OwnKeys({ clientID: "alice", identity: ALICE, store }),
      knownKeys: new KnownKeys(
        store.pins,
        () => Promise.resolve({ status: "unclaimed" }),
      ),
      plain: true,
      registryPlain,
      plainRegistries: store.plainRegistries,
      timings: { ...PEER_TIMINGS, ...timings },
      onEvent: () => {},
      onRegistered: () => {},
      onMail: () => {},
    });
    assertEquals(client.remote, { host: "localhost", port });
    await client.register(1);
    assertEquals(client.remote, { host: "127.0.0.1", port });
    await client.close();
  }
});
