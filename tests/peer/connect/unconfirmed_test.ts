import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import {
  openStore,
  PeerError,
  type PeerTimings,
} from "../../../lib/peer/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import {
  FakeRegistry,
  type RequestHandler,
} from "../../support/fake_registry.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";

const mallory = Identity.generate();
const bob = Identity.generate().publicKey.toBase64();

/** An ERROR in answer to a request. */
function refusal(code: number): RequestHandler {
  return (request, socket) =>
    socket.reply(request, "ERROR", [
      ["Code", String(code)],
      ["Reason", "not now"],
    ]);
}

/** How a registry fails to say whom a client ID belongs to. */
const FAILURES: [how: string, answer: RequestHandler, reason: string][] = [
  ["answers LOOKUP with 429", refusal(429), "not now"],
  ["answers LOOKUP with 500", refusal(500), "not now"],
  ["answers LOOKUP with 403", refusal(403), "not now"],
  [
    "answers LOOKUP with another method",
    (request, socket) => socket.reply(request, "PONG"),
    "unexpected reply to LOOKUP",
  ],
  [
    "answers LOOKUP with a malformed key",
    (request, socket) =>
      socket.reply(request, "LOOKUPACK", [
        ["clientID", "bob"],
        ["Online", "no"],
        ["Key", "none"],
      ]),
    "violated the protocol",
  ],
  [
    "answers LOOKUP for another client ID",
    (request, socket) =>
      socket.reply(request, "LOOKUPACK", [
        ["clientID", "carol"],
        ["Online", "no"],
        ["Key", bob],
      ]),
    "it names another client",
  ],
  ["does not answer LOOKUP", () => {}, "does not answer"],
  [
    "closes the connection at LOOKUP",
    (_request, socket) => socket[Symbol.dispose](),
    "the connection to the registry ended",
  ],
];

/** Registers alice with a registry; gives her, and what she has pinned. */
async function registered(
  registry: FakeRegistry,
  timings: Partial<PeerTimings> = {},
) {
  registry.handlers["COLLECT"] = (request, socket) =>
    socket.reply(request, "COLLECTACK");
  const scope = new AsyncDisposableStack();
  const store = scope.adopt(
    openStore(":memory:", { now: Date.now() }),
    (store) => store[Symbol.dispose](),
  );
  const alice = scope.use(
    new TestPeer("alice", registry.address, {
      store,
      timings: { requestTimeoutMs: 300, ...timings },
    }),
  );
  await alice.peer.register();
  const pinned = () =>
    store.pins.clients().map((name) => [name, store.pins.get(name)?.key]);
  return {
    alice,
    pinned,
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  };
}

/** Calls a peer as bob, under mallory's key. */
async function callAsBob({ peer }: TestPeer): Promise<SecureSocket> {
  const socket = await SecureSocket.connect(peer.address, mallory);
  await socket.send("CHAT", [["clientID", "bob"]]);
  return socket;
}

for (const [how, answer, words] of FAILURES) {
  Deno.test(`a first contact is refused and not pinned where the registry ${how}`, async () => {
    await using registry = new FakeRegistry({ LOOKUP: answer });
    await using here = await registered(registry);
    const { alice, pinned } = here;
    {
      using caller = await callAsBob(alice);
      const { reason } = await alice.until("refused");
      assert(reason.includes("could not confirm the client ID bob"), reason);
      assert(reason.includes(words), reason);
      assertEquals(await caller.rest(), []);
    }
    assertEquals(pinned(), []);

    await using callee = new TestPeer("bob", undefined, { identity: mallory });
    await assertRejects(
      () => alice.peer.chat(formatAddress(callee.peer.address)),
      PeerError,
      "could not confirm the client ID bob",
    );
    assertEquals(pinned(), []);
  });
}

Deno.test("a first contact is refused and not pinned while the registry cannot be reached", async () => {
  const registry = new FakeRegistry();
  const { address } = registry;
  await registry[Symbol.asyncDispose]();
  await using alice = new TestPeer("alice", address);
  await assertRejects(() => alice.peer.register(), PeerError);
  using caller = await callAsBob(alice);
  const { reason } = await alice.until("refused");
  assert(reason.includes("this client is not registered"), reason);
  assertEquals(await caller.rest(), []);
  assertEquals(alice.peer.hasPinnedKey("bob"), false);
});

Deno.test("a first contact is refused and not pinned once the registry has dismissed the client", async () => {
  await using registry = new FakeRegistry();
  await using here = await registered(registry);
  const { alice, pinned } = here;
  const [link] = registry.links;
  await link?.send("ERROR", [["Code", "409"], ["Reason", "elsewhere"]]);
  link?.[Symbol.dispose]();
  assert((await alice.until("registryLost")).final);
  using caller = await callAsBob(alice);
  const { reason } = await alice.until("refused");
  assert(reason.includes("this client is not registered"), reason);
  assertEquals(await caller.rest(), []);
  assertEquals(pinned(), []);
});

Deno.test("a call under a client ID that no key has claimed is taken and pinned", async () => {
  await using registry = new FakeRegistry();
  await using here = await registered(registry);
  const { alice, pinned } = here;
  using _caller = await callAsBob(alice);
  assertEquals(await alice.connected(), "bob");
  assertEquals(pinned(), [["bob", mallory.publicKey.toBase64()]]);
});

Deno.test("a peer whose key is pinned is let in while the registry cannot answer", async () => {
  await using registry = new FakeRegistry({ LOOKUP: refusal(429) });
  await using here = await registered(registry);
  const { alice } = here;
  using store = openStore(":memory:", { now: Date.now() });
  await using known = new TestPeer("carol", undefined, { store });
  // What alice pinned at an earlier contact.
  registry.handlers["LOOKUP"] = refusal(404);
  await known.peer.chat(formatAddress(alice.peer.address));
  await alice.connected();
  await known.peer.hangUp("alice");
  await alice.until("disconnected");
  registry.handlers["LOOKUP"] = refusal(429);
  await known.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "carol");
});
