import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { type Address, formatAddress } from "../../../lib/net/mod.ts";
import {
  NoSecureAnswerError,
  openStore,
  PeerError,
  type PeerOptions,
  PlainOnlyError,
} from "../../../lib/peer/mod.ts";
import { REGISTRY_RATES } from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { NON_LOOPBACK_ADDRESS } from "../../support/non_loopback.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { FAST_PEER, PATIENT_PEER, SOON_MS } from "../../support/timings.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

const { helloTimeoutMs, quitTimeoutMs } = FAST_PEER;

/** A program that does the same with each connection; it counts them. */
class Program implements AsyncDisposable {
  readonly address: Address;
  /** What it was sent, connection by connection. */
  readonly heard: Promise<string>[] = [];
  readonly #listener: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #sockets: PlainSocket[] = [];

  /** Sends something on each connection, and then closes it if it is to. */
  constructor(says: string | undefined, hangsUp = false) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.address = { host: "127.0.0.1", port: this.#listener.addr.port };
    this.#accepting = this.#accept(says, hangsUp);
  }

  get where(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const socket of this.#sockets) socket[Symbol.dispose]();
    await Promise.allSettled(this.heard);
  }

  async #accept(says: string | undefined, hangsUp: boolean): Promise<void> {
    for await (const conn of this.#listener) {
      const socket = PlainSocket.over(conn);
      this.#sockets.push(socket);
      // Whatever comes is read, so that an answer is not lost to a reset.
      this.heard.push(socket.rest().catch(() => ""));
      if (says !== undefined) await socket.send(says);
      if (hangsUp) await socket.closeWrite();
    }
  }
}

/** A peer that knows bob's key. */
function knowing(key: string, registry: Address, options = {}): TestPeer {
  const store = openStore(":memory:", { now: Date.now() });
  store.pins.pin("bob", key);
  return new TestPeer("alice", registry, { ...options, store });
}

/** Programs that do not speak the secure mode: only text proves that. */
const PLAIN: [what: string, says: string | undefined, hangsUp: boolean][] = [
  ["says nothing", undefined, false],
  ["talks", "welcome\n", false],
  ["answers with an ERROR", "ERROR\r\nCode: 400\r\nReason: no\r\n\r\n", false],
  ["hangs up", undefined, true],
  ["says something and hangs up", "bye\n", true],
];

for (const [what, says, hangsUp] of PLAIN) {
  Deno.test(`dialling a program that ${what} fails soon, and the error says what it did`, async () => {
    await using program = new Program(says, hangsUp);
    await using alice = new TestPeer("alice", program.address, {
      timings: { ...PATIENT_PEER, helloTimeoutMs },
    });
    const message = says !== undefined
      ? "only speaks the plain protocol, which is not encrypted"
      : hangsUp
      ? "closed the connection without an answer"
      : "does not answer in the secure mode";
    const error = says === undefined ? NoSecureAnswerError : PlainOnlyError;
    const before = performance.now();
    await Promise.all([
      assertRejects(() => alice.peer.chat(program.where), error, message),
      assertRejects(() => alice.peer.register(), error, message),
    ]);
    const taken = performance.now() - before;
    assert(taken < SOON_MS, `it took ${taken} ms`);
    assertEquals(program.heard.length, 2);
  });
}

Deno.test("with --plain a conversation with a program that only speaks plain is in plaintext, and is marked so", async () => {
  await using program = new Program("welcome\n");
  await using alice = TestPeer.plain("alice", undefined, {
    helloTimeoutMs,
    quitTimeoutMs,
  });
  const party = await alice.peer.chat(program.where);
  assertEquals([party.name, party.protection], [program.where, "unencrypted"]);
  await alice.connected();
  const { from, text } = await alice.expect("message");
  assertEquals([from.protection, text], ["unencrypted", "welcome"]);
});

/** Ways to dial bob, whose key is known, where a program answers in plain. */
const KNOWN: [how: string, named: boolean, pinned: boolean][] = [
  ["the registry names", true, false],
  ["was pinned", true, true],
  ["was pinned, and that the registry leaves out,", false, true],
];

for (const [how, named, pinned] of KNOWN) {
  for (const [what, says, hangsUp] of PLAIN) {
    Deno.test(`also with --plain, no peer whose key ${how} is dialled in plain where a program ${what}`, async () => {
      await using inBetween = new Program(says, hangsUp);
      const key = Identity.generate().publicKey.toBase64();
      await using registry = FakeRegistry.naming({
        clientID: "bob",
        address: inBetween.where,
        ...(named ? { key } : {}),
      });
      const options: Partial<PeerOptions> = {
        plain: true,
        timings: { helloTimeoutMs },
      };
      await using alice = pinned
        ? knowing(key, registry.address, options)
        : new TestPeer("alice", registry.address, options);
      const error = await assertRejects(
        () => alice.peer.chat("bob"),
        PeerError,
        "nothing was sent",
      );
      // It would not help.
      assert(!(error instanceof PlainOnlyError), error.message);
      assertEquals(alice.peer.parties, []);
      for (const heard of inBetween.heard) {
        assertMatch(await heard, /^(HELLO\r\n[^]*)?$/);
        assert(!(await heard).includes("alice"));
      }
    });
  }
}

Deno.test("also with --plain, a registry whose key is known is not asked in plain", async () => {
  const before = new FakeRegistry();
  await using alice = TestPeer.plain("alice", before.address);
  await alice.peer.register();
  const { port } = before.address;
  await before[Symbol.asyncDispose]();
  await alice.expect("registryLost");
  using inBetween = Deno.listen({ hostname: "127.0.0.1", port });
  const heard: Promise<string>[] = [];
  const accepting = (async () => {
    for await (const conn of inBetween) {
      using socket = PlainSocket.over(conn);
      heard.push(Promise.resolve(await socket.recv()));
      await socket.send("ERROR\r\nCode: 400\r\nReason: no\r\n\r\n");
    }
  })();
  const error = await assertRejects(
    () => alice.peer.info(),
    PeerError,
    "nothing was sent",
  );
  assert(!(error instanceof PlainOnlyError), error.message);
  inBetween.close();
  await accepting;
  for (const text of await Promise.all(heard)) {
    assert(!text.includes("alice") && !text.includes("INFO"), text);
  }
});

Deno.test("with --plain no peer in plaintext gets the name of a client whose key is pinned", async () => {
  const key = Identity.generate().publicKey.toBase64();
  await using alice = knowing(key, LOOPBACK, { plain: true });
  using impostor = await PlainSocket.connect(alice.peer.address);
  await impostor.send("CHAT\r\nclientID: bob\r\n\r\nit is me, bob");
  const { party } = await alice.expect("connected");
  assertEquals([party.name, party.protection], ["~bob", "unencrypted"]);
  assertEquals(await alice.message(), "it is me, bob");
  assertThrows(
    () => alice.peer.keys.verify("~bob"),
    PeerError,
    "the conversation with ~bob is not encrypted: there is no key to verify",
  );
});

/** The ERRORs in plain with which a secure mode program answers HELLO. */
const REFUSALS: [code: number, reason: string][] = [
  [429, "rate limit exceeded: wait 7 s"],
  [503, "the registry is full, with 2 connections: try again later"],
  [505, "this end speaks version 2 of the secure mode"],
];

for (const [code, reason] of REFUSALS) {
  Deno.test(`an ERROR ${code} to HELLO is reported as it is, and does not count as plain`, async () => {
    const error = `ERROR\r\nCode: ${code}\r\nReason: ${reason}\r\n\r\n`;
    await using program = new Program(error, true);
    for (const plain of [false, true]) {
      await using alice = new TestPeer("alice", program.address, { plain });
      for (
        const ask of [
          () => alice.peer.register(),
          () => alice.peer.chat(program.where),
        ]
      ) {
        const error = await assertRejects(ask, PeerError, reason);
        assert(!(error instanceof PlainOnlyError));
      }
    }
    // Each was tried once, and not again in plain.
    assertEquals(program.heard.length, 4);
  });
}

Deno.test("a registry that is dialled as a peer is reported as no peer", async () => {
  await using registry = startRegistry();
  await using alice = new TestPeer("alice", registry.address);
  await assertRejects(
    () => alice.peer.chat(formatAddress(registry.address)),
    PeerError,
    "the other end is not a peer",
  );
});

Deno.test("a registry that is full is reported to the client", async () => {
  await using full = startRegistry({ maxConnections: 0 });
  await using alice = TestPeer.plain("alice", full.address);
  await assertRejects(() => alice.peer.register(), PeerError, "try again");
});

Deno.test({
  name:
    "a registry that is called too often from an address says so to our own client",
  ignore: NON_LOOPBACK_ADDRESS === undefined,
  fn: async () => {
    const handshakes = { perSecond: 0.1, burst: 1 };
    await using busy = startRegistry({
      listen: { host: "0.0.0.0", port: 0 },
      rates: { ...REGISTRY_RATES, handshakes },
    });
    const { port } = busy.address;
    const address = { host: NON_LOOPBACK_ADDRESS ?? "", port };
    await using alice = TestPeer.plain("alice", address);
    await alice.peer.register();
    await using bob = TestPeer.plain("bob", address);
    await assertRejects(() => bob.peer.register(), PeerError, "wait 10 s");
    // Another address is not held to it.
    await using carol = new TestPeer("carol", { host: "127.0.0.1", port });
    await carol.peer.register();
  },
});
