import { assertEquals, assertNotEquals } from "@std/assert";
import type { ConsoleEvent } from "../../lib/console/mod.ts";
import { ConsoleSession } from "../../lib/console/session.ts";
import { formatAddress } from "../../lib/net/mod.ts";
import { TestPeer } from "../support/test_peer.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** A session of alice, whose registry is away, and the events that it emits. */
function sessionOfAlice(): {
  session: ConsoleSession;
  events: ConsoleEvent[];
} {
  const events: ConsoleEvent[] = [];
  const session = new ConsoleSession({
    clientID: "alice",
    listen: LOOPBACK,
    registry: { host: "127.0.0.1", port: 1 },
    register: false,
  }, (event) => events.push(event));
  return { session, events };
}

Deno.test("a line that is entered resolves with the message that it sent, and with nothing if it sent none", async () => {
  await using bob = new TestPeer("bob");
  const { session, events } = sessionOfAlice();
  const [chat, typed, refused, bySession, command, msg] = await Promise.all([
    session.enter(`/chat ${formatAddress(bob.peer.address)}`),
    session.enter("typed"),
    session.enter("/msg"),
    session.send("/not a command", "bob"),
    session.enter("/peers"),
    session.enter("/msg by command"),
  ]);
  assertEquals([chat, refused, command], [undefined, undefined, undefined]);
  assertEquals(
    [typed, bySession, msg].map((sent) => [sent?.to, sent?.text]),
    [["bob", "typed"], ["bob", "/not a command"], ["bob", "by command"]],
  );
  assertNotEquals(typed?.id, undefined);
  const sent = events.filter((event) => event.type === "sent");
  assertEquals(
    sent.map(({ id, text }) => [id, text]),
    [typed, bySession, msg].map((sent) => [sent?.id, sent?.text]),
  );
  await session.close();
});

Deno.test("a line without a target and one that the peer refuses send nothing, and the next line is executed", async () => {
  await using bob = new TestPeer("bob");
  const { session, events } = sessionOfAlice();
  assertEquals(await session.enter("hello?"), undefined);
  assertEquals(await session.send("a\0b", "bob"), undefined);
  assertEquals(await session.send("hello", "alice"), undefined);
  assertEquals(
    events.map(({ type }) => type),
    ["listening", "problem", "problem", "problem"],
  );
  await session.enter(`/chat ${formatAddress(bob.peer.address)}`);
  assertEquals((await session.enter("hello"))?.text, "hello");
  await session.close();
});

Deno.test("/verify marks a client only with yes, and /unverify takes that back", async () => {
  await using bob = new TestPeer("bob");
  const { session, events } = sessionOfAlice();
  await session.enter(`/chat ${formatAddress(bob.peer.address)}`);
  events.length = 0;
  const protection = () => session.target?.protection;
  for (
    const [line, type, after] of [
      ["/verify bob", "safetyNumber", "pinned"],
      ["/verify bob no", "problem", "pinned"],
      ["/verify bob yes please", "problem", "pinned"],
      ["/unverify bob", "problem", "pinned"],
      ["/verify bob yes", "verified", "verified"],
      ["/verify bob", "safetyNumber", "verified"],
      ["/unverify bob", "unverified", "pinned"],
    ] as const
  ) {
    await session.enter(line);
    assertEquals([events.pop()?.type, protection()], [type, after], line);
  }
  await session.close();
});

Deno.test("Tab completes commands, and the names of the clients that the peer knows of", async () => {
  await using bob = new TestPeer("bob");
  const { session } = sessionOfAlice();
  assertEquals(session.complete("/hi"), ["/history "]);
  assertEquals(session.complete("/verify b"), []);
  await session.enter(`/chat ${formatAddress(bob.peer.address)}`);
  assertEquals(session.complete("/verify b"), ["/verify bob"]);
  assertEquals(session.complete("/verify a"), []);
  assertEquals(session.complete("/queue "), []);
  assertEquals(session.complete("hello b"), []);
  await session.enter("/hangup bob");
  assertEquals(session.complete("/verify b"), ["/verify bob"]);
  await session.close();
});
