/** Whose name a conversation in plaintext has, and where there may be none. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import {
  KnownAddressError,
  openStore,
  PeerError,
} from "../../../lib/peer/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { FakeRegistry } from "../../support/fake_registry.ts";
import { PlainProgram } from "../../support/plain_program.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_PEER } from "../../support/timings.ts";

const { helloTimeoutMs, quitTimeoutMs } = FAST_PEER;
const timings = { helloTimeoutMs, quitTimeoutMs };

/** Connects as a program that opens with CHAT, and is not answered yet. */
async function callAs(
  clientID: string,
  { peer }: TestPeer,
): Promise<PlainSocket> {
  const socket = await PlainSocket.connect(peer.address);
  await socket.send(
    `CHAT\r\nclientID: ${clientID}\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n`,
  );
  return socket;
}

Deno.test("a text for a client whose key is known never goes to a peer in plaintext that gave its name first", async () => {
  const store = openStore(":memory:", { now: Date.now() });
  await using alice = new TestPeer("alice", undefined, {
    plain: true,
    store,
    timings,
  });
  using impostor = await callAs("carol", alice);
  assertEquals(await alice.connected(), "~carol");
  {
    await using carol = new TestPeer("carol");
    await carol.peer.chat(formatAddress(alice.peer.address));
    assertEquals(await alice.connected(), "carol");
    await carol.peer.hangUp("alice");
    await alice.expect("disconnected");
  }
  assertEquals(alice.peer.parties.map(({ name }) => name), ["~carol"]);
  const message = await alice.peer.send("carol", "for carol alone");
  assertEquals([message?.peer, message?.state], ["carol", "queued"]);
  assertEquals(await alice.peer.recipient("carol"), "carol");
  await assertRejects(() => alice.peer.hangUp("carol"), PeerError);
  // What is sent to it by its own name comes first.
  await alice.peer.send("~carol", "for the impostor");
  assertEquals(await impostor.recv(), "for the impostor");
});

/** What a registry says about bob, and whether `bob` may be one in plaintext. */
const CLAIMS: [says: string, headers: [string, string][], mayBe: boolean][] = [
  ["knows no key of", [["Code", "404"]], true],
  ["cannot say which key owns", [["Code", "429"]], false],
  ["names a key of", [], false],
];

for (const [says, headers, mayBe] of CLAIMS) {
  Deno.test(`a client ID is ${mayBe ? "" : "not "}taken for a peer in plaintext where the registry ${says} it`, async () => {
    const key = Identity.generate().publicKey.toBase64();
    await using registry = new FakeRegistry({
      LOOKUP: (request, socket) =>
        headers.length > 0
          ? socket.reply(request, "ERROR", headers)
          : socket.reply(request, "LOOKUPACK", [
            ["clientID", "bob"],
            ["Online", "no"],
            ["Key", key],
          ]),
    });
    await using alice = TestPeer.plain("alice", registry.address, timings);
    await alice.peer.register();
    using program = await callAs("bob", alice);
    await alice.until("connected");
    const message = await alice.peer.send("bob", "hello");
    if (mayBe) {
      assertEquals(message, undefined);
      assertEquals(await program.recv(), "hello");
      assertEquals(await alice.peer.recipient("bob"), "~bob");
      assertEquals((await alice.peer.chat("bob")).name, "~bob");
    } else {
      assertEquals(message?.state, "queued");
      await assertRejects(() => alice.peer.chat("bob"), PeerError);
    }
    await alice.peer.send("~bob", "bye");
    assertEquals(await program.recv(), "bye");
  });
}

Deno.test("a client ID is not taken for a peer in plaintext where the registry has not been reached yet", async () => {
  const registry = new FakeRegistry();
  const { address } = registry;
  await registry[Symbol.asyncDispose]();
  await using alice = TestPeer.plain("alice", address, timings);
  await assertRejects(() => alice.peer.register(), PeerError);
  using program = await callAs("bob", alice);
  await alice.until("connected");
  const message = await alice.peer.send("bob", "for bob alone");
  assertEquals(message?.state, "queued");
  await assertRejects(() => alice.peer.chat("bob"), PeerError);
  await alice.peer.send("~bob", "bye");
  assertEquals(await program.recv(), "bye");
});

Deno.test("a client ID that several peers in plaintext give is taken for none of them", async () => {
  await using alice = TestPeer.plain("alice", undefined, timings);
  using _first = await callAs("bob", alice);
  await alice.connected();
  using second = await callAs("bob", alice);
  await alice.connected();
  const which = "several peers in plaintext call themselves bob: name one of " +
    "them, ~bob or ~bob~2";
  await assertRejects(() => alice.peer.send("bob", "hi"), PeerError, which);
  await assertRejects(() => alice.peer.chat("bob"), PeerError, which);
  await assertRejects(() => alice.peer.hangUp("bob"), PeerError, which);
  await alice.peer.send("~bob~2", "hello");
  assertEquals(await second.recv(), "hello");
});

Deno.test("a name in plaintext stands for an open conversation only", async () => {
  await using alice = TestPeer.plain("alice", undefined, timings);
  const none = "no conversation with ~bob is open";
  await assertRejects(() => alice.peer.chat("~bob"), PeerError, none);
  await assertRejects(() => alice.peer.send("~bob", "hi"), PeerError, none);
  assertEquals(await alice.peer.recipient("~bob"), undefined);
});

for (const clientID of ["alice", "ALICE"]) {
  Deno.test(`a peer in plaintext that gives itself the client's own ID, as ${clientID}, is refused`, async () => {
    await using alice = TestPeer.plain("alice", undefined, timings);
    using caller = await callAs(clientID, alice);
    await caller.send("it is me, alice");
    const { reason } = await alice.expect("refused");
    assertEquals(reason, "the peer claims your own client ID, alice");
    assertEquals(
      await caller.rest(),
      "ERROR\r\nCode: 403\r\n" +
        "Reason: that client ID is this peer's own: use another\r\n\r\n",
    );
    assertEquals(alice.peer.parties, []);
  });

  Deno.test(`a conversation in plaintext ends when the caller gives itself the client's own ID, as ${clientID}`, async () => {
    await using alice = TestPeer.plain("alice", undefined, timings);
    using caller = await PlainSocket.connect(alice.peer.address);
    await caller.send("hello");
    await alice.connected();
    assertEquals(await alice.message(), "hello");
    await caller.send(`CHAT\r\nclientID: ${clientID}\r\n\r\nit is me, alice`);
    const { party, reason } = await alice.expect("disconnected");
    assertEquals(reason, "the peer claims your own client ID, alice");
    assert(party.name.startsWith("127.0.0.1:"), party.name);
  });
}

Deno.test("a program that sends back what it reads keeps its address as its name", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const where = `127.0.0.1:${listener.addr.port}`;
  await using alice = TestPeer.plain("alice", undefined, timings);
  const accepted = listener.accept();
  assertEquals((await alice.peer.chat(`plain://${where}`)).name, where);
  using program = PlainSocket.over(await accepted);
  await alice.connected();
  await program.send(`${await program.recv()}hello`);
  const { from, text } = await alice.expect("message");
  assertEquals([from.name, text], [where, "hello"]);
});

Deno.test("a client under another spelling of one's own ID is not called in plain", async () => {
  await using program = new PlainProgram();
  await using registry = FakeRegistry.naming({
    clientID: "Alice",
    address: program.where,
  });
  await using alice = TestPeer.plain("alice", registry.address, timings);
  await alice.peer.register();
  await assertRejects(() => alice.peer.chat("Alice"), PeerError, "your own");
  assertEquals(program.heard, []);
});

/** A program in the place of a client that has ended. */
async function withProgramAt(
  port: number,
  run: (heard: string[]) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  const heard: string[] = [];
  const serving = (async () => {
    for await (const conn of listener) {
      using socket = PlainSocket.over(conn);
      heard.push(await socket.recv());
      await socket.send("welcome\n");
      await socket.recv().catch(() => "");
    }
  })();
  await run(heard);
  listener.close();
  await serving;
}

Deno.test("where a client whose key is known was met, nobody is talked to in plain, in this run and the next", async () => {
  const store = openStore(":memory:", { now: Date.now() });
  const options = { plain: true, store, timings };
  let port = 0;
  {
    await using alice = new TestPeer("alice", undefined, options);
    {
      await using bob = new TestPeer("bob");
      ({ port } = bob.peer.address);
      await alice.peer.chat(`localhost:${port}`);
    }
    await alice.until("disconnected");
    await assertNotPlain(alice, port, ["localhost", "127.0.0.1"]);
  }
  await using alice = new TestPeer("alice", undefined, options);
  await assertNotPlain(alice, port, ["127.0.0.1", "localhost"]);
  alice.peer.forget("bob");
  await withProgramAt(port, async () => {
    const party = await alice.peer.chat(`plain://127.0.0.1:${port}`);
    assertEquals(party.protection, "unencrypted");
    await alice.peer.hangUp(party.name);
  });
});

/** Calls a program at an address, which must get no more than HELLO. */
async function assertNotPlain(
  { peer }: TestPeer,
  port: number,
  hosts: string[],
): Promise<void> {
  await withProgramAt(port, async (heard) => {
    for (const host of hosts) {
      await assertRejects(
        () => peer.chat(`${host}:${port}`),
        PeerError,
        "although its key is known",
      );
      await assertRejects(
        () => peer.chat(`plain://${host}:${port}`),
        KnownAddressError,
        "is the address of bob, whose key is known: it is not called in plain",
      );
    }
    assert(heard.length > 0);
    for (const text of heard) assert(/^(HELLO\r\n|$)/.test(text), text);
  });
  assertEquals(peer.parties, []);
}

Deno.test("where the registry says that a client with a key is, nobody is talked to in plain", async () => {
  await using program = new PlainProgram();
  const key = Identity.generate().publicKey.toBase64();
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: program.where,
    key,
  });
  await using alice = TestPeer.plain("alice", registry.address, timings);
  await alice.peer.register();
  await alice.peer.bridge("bob");
  for (const place of [program.where, `plain://${program.where}`]) {
    await assertRejects(
      () => alice.peer.chat(place),
      PeerError,
      "key is known",
    );
  }
  for (const text of program.heard) assert(/^(HELLO\r\n|$)/.test(text), text);
  assertEquals(alice.peer.parties, []);
});

Deno.test("an address that turned out plain is asked for the secure mode again once the registry says that a client with a key is there", async () => {
  const identity = Identity.generate();
  const program = new PlainProgram();
  await using registry = FakeRegistry.naming({
    clientID: "bob",
    address: program.where,
    key: identity.publicKey.toBase64(),
  });
  await using alice = TestPeer.plain("alice", registry.address, timings);
  await alice.peer.register();
  await alice.peer.hangUp((await alice.peer.chat(program.where)).name);
  await program[Symbol.asyncDispose]();
  await using _bob = new TestPeer("bob", undefined, {
    listen: program.address,
    identity,
  });
  await alice.peer.bridge("bob");
  const { protection } = await alice.peer.chat(program.where);
  assertEquals(protection, "pinned");
});

for (const isKnown of [false, true]) {
  Deno.test(`messages that wait for a client are never a reason to talk in plain where a program ${isKnown ? "is known to speak" : "may speak"} only that`, async () => {
    await using program = new PlainProgram((socket) => socket.send("welcome"));
    await using registry = FakeRegistry.naming({
      clientID: "bob",
      address: program.where,
    });
    await using alice = TestPeer.plain("alice", registry.address, timings);
    await alice.peer.register();
    if (isKnown) {
      await alice.peer.hangUp((await alice.peer.chat(program.where)).name);
    }
    const before = program.heard.length;
    await alice.peer.send("bob", "for the one who has a key");
    await alice.until("waiting");
    // It may have been dialled meanwhile.
    await new Promise((resolve) => setTimeout(resolve, helloTimeoutMs));
    assertEquals(alice.peer.queue.length, 1);
    assertEquals(alice.peer.parties, []);
    for (const text of program.heard.slice(before)) {
      assert(/^(HELLO\r\n|$)/.test(text), text);
    }
  });
}
