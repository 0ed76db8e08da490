import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import {
  NoSecureAnswerError,
  PeerError,
  PlainOnlyError,
} from "../../../lib/peer/mod.ts";
import { at } from "../../support/at.ts";
import { PlainProgram } from "../../support/plain_program.ts";
import { RecordingProxy } from "../../support/recording_proxy.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_PEER } from "../../support/timings.ts";

const { helloTimeoutMs, quitTimeoutMs } = FAST_PEER;
const timings = { helloTimeoutMs, quitTimeoutMs };

/** HELLO, alone, in ASCII. */
const HELLO = /^HELLO\r\nVersion: 1\r\nHandshake: [A-Za-z0-9+\/]+=\r\n\r\n/;

/** Waits until a condition holds. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Calls a program by its address in plain, and sends it a text. */
async function call(alice: TestPeer, program: PlainProgram): Promise<void> {
  const { protection, name } = await alice.peer.chat(program.where);
  assertEquals(protection, "unencrypted");
  await alice.peer.send(name, "hello there");
  await until(() => program.all.includes("hello there"));
}

Deno.test("a program that takes HELLO for a text, and says nothing, is talked to on the same connection", async () => {
  // It accepts no other.
  await using program = new PlainProgram(() => {}, 1);
  await using alice = TestPeer.plain("alice", undefined, timings);
  await call(alice, program);
  assertEquals(program.heard.length, 1);
  assertMatch(at(program.heard, 0), HELLO);
  assertMatch(
    at(program.heard, 0).replace(HELLO, ""),
    /^CHAT\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: \d+\r\n\r\nhello there$/,
  );
});

Deno.test("what a program answers to HELLO as to a text is shown, and it is talked to on the same connection", async () => {
  await using program = new PlainProgram(
    (socket) => socket.send("who is there?"),
    1,
  );
  await using alice = TestPeer.plain("alice", undefined, timings);
  await call(alice, program);
  await alice.expect("connected");
  assertEquals(await alice.message(), "who is there?");
  assertEquals(program.heard.length, 1);
});

const HANGING_UP: [what: string, says: string][] = [
  ["hangs up at HELLO", ""],
  ["answers HELLO with an ERROR", "ERROR\r\nReason: what?\r\n\r\n"],
  ["says something at HELLO and hangs up", "invalid\n"],
];

for (const [what, says] of HANGING_UP) {
  Deno.test(`a program that ${what} is dialled again in plain`, async () => {
    await using program = new PlainProgram(async (socket, index) => {
      if (index > 0) return;
      if (says !== "") await socket.send(says);
      if (!says.startsWith("ERROR")) await socket.closeWrite();
    });
    await using alice = TestPeer.plain("alice", undefined, timings);
    await call(alice, program);
    assertEquals(program.heard.length, 2);
    assertMatch(at(program.heard, 0), HELLO);
    assertEquals(at(program.heard, 0).replace(HELLO, ""), "");
    assertMatch(at(program.heard, 1), /^CHAT\r\n[^]*hello there$/);
  });
}

Deno.test("a program that turned out plain is sent no HELLO again", async () => {
  await using program = new PlainProgram(async (socket, index) => {
    if (index === 0) await socket.closeWrite();
  });
  await using alice = TestPeer.plain("alice", undefined, timings);
  await call(alice, program);
  await alice.peer.hangUp(program.where);
  await alice.peer.chat(program.where);
  await until(() => program.heard.length === 3 && program.heard[2] !== "");
  assertEquals(
    program.heard.filter((text) => text.startsWith("HELLO")).length,
    1,
  );
});

Deno.test("plain://HOST:PORT is called in plain at once", async () => {
  await using program = new PlainProgram();
  await using alice = TestPeer.plain("alice");
  const party = await alice.peer.chat(`plain://${program.where}`);
  assertEquals([party.name, party.protection], [program.where, "unencrypted"]);
  await alice.peer.send(party.name, "hello");
  await until(() => program.all.endsWith("hello"));
  assertEquals(program.heard.length, 1);
  assertMatch(program.all, /^CHAT\r\n/);
  // It is the same conversation, however it is named.
  for (const name of [program.where, `plain://${program.where}`]) {
    assertEquals((await alice.peer.chat(name)).name, party.name);
  }
  assertEquals(program.heard.length, 1);
});

Deno.test("without --plain, plain://HOST:PORT is not called", async () => {
  await using program = new PlainProgram();
  await using alice = new TestPeer("alice");
  await assertRejects(
    () => alice.peer.chat(`plain://${program.where}`),
    PlainOnlyError,
  );
  await assertRejects(
    () => alice.peer.chat("plain://somewhere"),
    PeerError,
    '"somewhere" is not an address',
  );
  assertEquals(program.heard.length, 0);
});

Deno.test("a program that ends at HELLO is reported with what happened", async () => {
  const program = new PlainProgram(undefined, 1);
  await using alice = TestPeer.plain("alice", undefined, timings);
  const chat = alice.peer.chat(program.where);
  await until(() => program.all !== "");
  await program[Symbol.asyncDispose]();
  const error = await assertRejects(() => chat, NoSecureAnswerError);
  assert(
    error.message.includes(
      "closed the connection without an answer, and then",
    ),
    error.message,
  );
  assertEquals(error.dialled.where, program.where);
});

Deno.test("a responder that takes 2.5 s to answer HELLO is not called plain", async () => {
  await using bob = TestPeer.plain("bob");
  await using alice = TestPeer.plain("alice");
  await using proxy = new RecordingProxy(bob.peer.address, 2500);
  const party = await alice.peer.chat(formatAddress(proxy.address));
  assertEquals([party.name, party.protection], ["bob", "pinned"]);
});

Deno.test("two peers with --plain talk in the secure mode where they only know the address", async () => {
  await using alice = TestPeer.plain("alice");
  await using bob = TestPeer.plain("bob");
  const party = await alice.peer.chat(formatAddress(bob.peer.address));
  assertEquals([party.name, party.protection], ["bob", "pinned"]);
});
