import { setTimeout as delay } from "node:timers/promises";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import {
  type AcceptPolicy,
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
import { FAST_BACKOFF } from "../../support/timings.ts";

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
  accept: AcceptPolicy = "all",
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
      accept,
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
  assertEquals(alice.peer.keys.hasPinned("bob"), false);
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

Deno.test("with ask, a stranger whom the registry cannot confirm is refused, and not offered to the user", async () => {
  await using registry = new FakeRegistry({ LOOKUP: refusal(429) });
  await using here = await registered(registry, {}, "ask");
  const { alice, pinned } = here;
  using caller = await callAsBob(alice);
  const { reason } = await alice.expect("refused");
  assert(reason.includes("could not confirm the client ID bob"), reason);
  assertEquals(await caller.rest(), []);
  assertEquals(alice.peer.strangers.list(), []);
  assertEquals(pinned(), []);
});

/** A registry that names a key of carol, and no other client's. */
function namingCarol(carol: Identity): RequestHandler {
  return (request, socket) =>
    request.get("target") === "carol"
      ? socket.reply(request, "LOOKUPACK", [
        ["clientID", "carol"],
        ["Online", "no"],
        ["Key", carol.publicKey.toBase64()],
      ])
      : refusal(404)(request, socket);
}

Deno.test("200 calls under new names do not let an impostor in, and do not keep the real client out", async () => {
  const carol = Identity.generate();
  await using registry = new FakeRegistry({ LOOKUP: namingCarol(carol) });
  await using here = await registered(registry);
  const { alice } = here;
  const call = async (clientID: string, identity: Identity) => {
    const socket = await SecureSocket.connect(alice.peer.address, identity);
    await socket.send("CHAT", [["clientID", clientID]]);
    return socket;
  };
  for (let n = 0; n < 200; n++) {
    using socket = await call(`stranger${n}`, mallory);
    await socket.send("QUIT");
    await socket.rest();
  }
  {
    using impostor = await call("carol", mallory);
    assertEquals(await impostor.rest(), []);
  }
  assertEquals(alice.peer.keys.hasPinned("carol"), false);
  // What the user asks for has a budget of its own.
  await using callee = new TestPeer("dave");
  await alice.peer.chat(formatAddress(callee.peer.address));
  // The real carol may have to try again.
  for (let isIn = false; !isIn;) {
    using socket = await call("carol", carol);
    isIn = await socket.receive().then(() => true, () => false);
  }
  assertEquals(alice.peer.keys.hasPinned("carol"), true);
});

Deno.test("a registry that goes away in mid-call leaves the call open, lets no stranger in, and confirms again once it is back", async () => {
  const identity = Identity.generate();
  const registry = new FakeRegistry({}, { identity });
  const { address } = registry;
  await using here = await registered(registry, FAST_BACKOFF);
  const { alice, pinned } = here;
  await using carol = new TestPeer("carol");
  await carol.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "carol");
  await registry[Symbol.asyncDispose]();
  await alice.until("registryLost");
  {
    using caller = await callAsBob(alice);
    const { reason } = await alice.until("refused");
    assert(reason.includes("could not confirm the client ID bob"), reason);
    assertEquals(await caller.rest(), []);
  }
  assertEquals(pinned().map(([name]) => name), ["carol"]);
  await carol.peer.send("alice", "are you still there?");
  assertEquals((await alice.until("message")).text, "are you still there?");
  await using _back = new FakeRegistry({
    COLLECT: (request, socket) => socket.reply(request, "COLLECTACK"),
  }, { identity, address });
  await alice.until("registryBack");
  await delay(1000); // A failure is remembered for that long.
  using _caller = await callAsBob(alice);
  assertEquals((await alice.until("connected")).party.name, "bob");
});
