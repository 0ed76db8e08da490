import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { ConsoleEvent } from "../../lib/console/mod.ts";
import {
  ConsoleSession,
  type SessionOptions,
} from "../../lib/console/session.ts";
import { formatAddress } from "../../lib/net/mod.ts";
import { openStore } from "../../lib/peer/mod.ts";
import { eventually } from "../support/eventually.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { TestPeer } from "../support/test_peer.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** A session of alice, whose registry is away, and the events that it emits. */
function sessionOfAlice(options: Partial<SessionOptions> = {}): {
  session: ConsoleSession;
  events: ConsoleEvent[];
} {
  const events: ConsoleEvent[] = [];
  const session = new ConsoleSession({
    clientID: "alice",
    listen: LOOPBACK,
    registry: { host: "127.0.0.1", port: 1 },
    register: false,
    ...options,
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

Deno.test("/to says which known client the name looks like, if it looks like one", async () => {
  using store = openStore(":memory:", { now: Date.now() });
  for (const name of ["bob", "b0b", "rob"]) store.pins.pin(name, `of ${name}`);
  store.pins.accept("bob");
  const { session, events } = sessionOfAlice({ store });
  for (const name of ["b0b", "rob", "bob"]) await session.enter(`/to ${name}`);
  assertEquals(
    events.filter((event) => event.type === "target")
      .map(({ name, resembles }) => [name, resembles]),
    [["b0b", "bob"], ["rob", undefined], ["bob", undefined]],
  );
  await session.close();
});

Deno.test("a line goes to the target that was held for it, whatever was selected before it was executed", async () => {
  await using bob = new TestPeer("bob");
  await using carol = new TestPeer("carol");
  const { session } = sessionOfAlice();
  await session.enter(`/chat ${formatAddress(bob.peer.address)}`);
  using held = session.holdTarget();
  const [, toBob, toCarol] = await Promise.all([
    session.enter(`/chat ${formatAddress(carol.peer.address)}`),
    session.enter("for bob", held),
    session.enter("for carol"),
  ]);
  assertEquals([toBob?.to, toCarol?.to], ["bob", "carol"]);
  assertEquals(session.target?.name, "carol");
  await session.close();
});

Deno.test("a script's line goes to nobody once the conversation in plaintext that was the target has ended", async () => {
  const { session, events } = sessionOfAlice({ plain: true });
  const [listening] = events;
  assert(listening?.type === "listening");
  const happened = (type: ConsoleEvent["type"], name: string) =>
    eventually(
      () =>
        events.some((event) =>
          event.type === type && "party" in event && event.party.name === name
        ),
      () => events,
    );
  const call = async (name: string) => {
    const socket = await PlainSocket.connect(listening.address);
    await socket.send(`CHAT\r\nclientID: ${name}\r\n\r\n`);
    await happened("connected", `~${name}`);
    return socket;
  };
  const bob = await call("bob");
  assertEquals((await session.enter("for bob"))?.to, "~bob");
  bob[Symbol.dispose]();
  await happened("disconnected", "~bob");
  using _zed = await call("zed");
  using _again = await call("bob");
  for (const enter of [session.enter, session.send]) {
    assertEquals(await enter.call(session, "for bob"), undefined);
    assertEquals(events.at(-1), {
      type: "problem",
      message: "message not sent: the conversation with ~bob has ended " +
        "(/to <clientID> selects another client)",
    });
  }
  assertEquals((await session.send("for zed", "~zed"))?.to, "~zed");
  assertEquals((await session.enter("for zed"))?.to, "~zed");
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
