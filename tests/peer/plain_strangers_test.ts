import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  DAILY_QUOTAS,
  PeerError,
  type PeerOptions,
  type Quotas,
} from "../../lib/peer/mod.ts";
import { PlainQuotas } from "../../lib/peer/trust/mod.ts";
import { eventually } from "../support/eventually.ts";
import { NON_LOOPBACK_ADDRESS } from "../support/non_loopback.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { TestPeer } from "../support/test_peer.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 24 * 60 * 60 * 1000;

/** Alice, who talks in plain. */
function alicePlain(options: Partial<PeerOptions>): TestPeer {
  return new TestPeer("alice", undefined, { plain: true, ...options });
}

/** A program in plain that says who it is, and something. */
async function call(
  { peer }: TestPeer,
  name: string,
  text: string,
): Promise<PlainSocket> {
  const socket = await PlainSocket.connect(peer.address);
  await socket.send(`CHAT\r\nclientID: ${name}\r\n\r\n`);
  await socket.send(`${text}\n`);
  return socket;
}

Deno.test("with ask, a call in plaintext is told without a text, and opens with all that was said when the user accepts it", async () => {
  await using alice = alicePlain({ accept: "ask" });
  using bob = await call(alice, "bob", "hello");
  const request = await alice.next();
  assert(request.type === "request");
  assertEquals([request.name, request.fingerprint], ["~bob", undefined]);
  assertEquals(alice.peer.strangers.list(), [{ name: "~bob" }]);
  assertEquals(alice.peer.parties, []);
  await bob.send("are you there?\n");
  alice.peer.strangers.accept("~bob");
  assertEquals(await alice.next(), { type: "accepted", name: "~bob" });
  assertEquals(await alice.connected(), "~bob");
  // What arrives together may be one text.
  let text = await alice.message();
  while (!text.includes("there")) text += `\n${await alice.message()}`;
  assertEquals(text, "hello\nare you there?");
  assertEquals(alice.peer.strangers.list(), []);
});

Deno.test("with ask, to write to a program that calls in plaintext accepts its call", async () => {
  await using alice = alicePlain({ accept: "ask" });
  using bob = await call(alice, "bob", "hello");
  await alice.expect("request");
  await alice.peer.send("~bob", "hello yourself");
  await alice.expect("accepted");
  assertEquals(await alice.connected(), "~bob");
  assertEquals(await alice.message(), "hello");
  assertEquals((await bob.recv()).trim(), "hello yourself");
});

Deno.test("with ask, a call in plaintext that is declined ends, and nothing of it is shown", async () => {
  await using alice = alicePlain({ accept: "ask" });
  using bob = await call(alice, "bob", "hello");
  await alice.expect("request");
  assertEquals(alice.peer.strangers.decline("~bob"), { name: "~bob" });
  assert((await bob.recv()).startsWith("QUIT"));
  using carol = await call(alice, "carol", "hello");
  assertEquals((await alice.expect("request")).name, "~carol");
  await carol.closeWrite();
});

Deno.test("a program that calls in plaintext cannot be blocked, and the error says why", async () => {
  await using alice = alicePlain({ accept: "ask" });
  using _bob = await call(alice, "bob", "hello");
  await alice.expect("request");
  assertThrows(
    () => alice.peer.blocking.block("~bob"),
    PeerError,
    "~bob is not encrypted, and has no key to block",
  );
});

Deno.test("with ask, of more than 16 calls in plaintext the oldest one ends, and the others are told apart", async () => {
  await using alice = alicePlain({ accept: "ask" });
  using sockets = new DisposableStack();
  const first = sockets.use(await call(alice, "bob", "hello"));
  await alice.expect("request");
  for (let n = 2; n <= 17; n++) {
    sockets.use(await call(alice, "bob", "hello"));
    await eventually(
      () => alice.peer.strangers.list().length === Math.min(n, 16),
      () => alice.peer.strangers.list(),
    );
  }
  assert((await first.recv()).startsWith("QUIT"));
  const names = alice.peer.strangers.list().map(({ name }) => name);
  assertEquals(new Set(names).size, 16);
  assertEquals(names[0], "~bob~2");
});

Deno.test("a client closes at once though calls in plaintext are held", async () => {
  const alice = alicePlain({ accept: "ask" });
  using bob = await call(alice, "bob", "hello");
  await alice.expect("request");
  const began = performance.now();
  await alice[Symbol.asyncDispose]();
  assert(performance.now() - began < 2000);
  assert((await bob.recv()).startsWith("QUIT"));
});

Deno.test("unless it is told otherwise, a client that talks in plaintext takes calls in plaintext", async () => {
  await using alice = alicePlain({ accept: undefined });
  using _bob = await call(alice, "bob", "hello");
  assertEquals(await alice.connected(), "~bob");
  assertEquals(await alice.message(), "hello");
});

Deno.test({
  name:
    "over the quota of its address a program in plaintext is told so, and its calls are refused",
  ignore: NON_LOOPBACK_ADDRESS === undefined,
  fn: async () => {
    const quotas: Quotas = {
      ...DAILY_QUOTAS,
      stranger: { messages: 3, bytes: 1000 },
    };
    const listen = { host: "0.0.0.0", port: 0 };
    await using alice = alicePlain({ accept: "all", quotas, listen });
    const { port } = alice.peer.address;
    const address = { host: NON_LOOPBACK_ADDRESS ?? "", port };
    using bob = await PlainSocket.connect(address);
    await bob.send("CHAT\r\nclientID: bob\r\n\r\n");
    await alice.connected();
    const framed = (text: string) =>
      `MSG\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    await bob.send(["1", "2", "3", "4", "5"].map(framed).join(""));
    for (const text of ["1", "2", "3"]) {
      assertEquals(await alice.message(), text);
    }
    assert((await bob.recv()).startsWith("ERROR\r\nCode: 429\r\n"));
    await bob.closeWrite();
    const { reason } = await alice.expect("disconnected");
    assertEquals(reason, "more has come from its address today than is shown");
    using again = await PlainSocket.connect(address);
    await again.send("CHAT\r\nclientID: bob\r\n\r\n");
    assert((await again.recv()).startsWith("ERROR\r\nCode: 429\r\n"));
  },
});

Deno.test("calls in plaintext have a quota for each network, and one for all, each day", () => {
  const quotas = new PlainQuotas({
    stranger: { messages: 3, bytes: 100 },
    strangers: { messages: 5, bytes: 150 },
  });
  const send = (network: string, count: number, now = NOW, bytes = 1) =>
    Array.from({ length: count }, () => quotas.take([network], bytes, now))
      .filter((isTaken) => isTaken).length;
  assertEquals(send("192.0.2.1", 9), 3);
  assert(!quotas.take(["192.0.2.1"], 0, NOW));
  assert(quotas.take(["192.0.2.2"], 0, NOW));
  assertEquals(send("192.0.2.2", 9), 2);
  assertEquals(send("192.0.2.3", 9), 0);
  assertEquals(send("192.0.2.1", 9, NOW + DAY_MS), 3);
  assertEquals(send("192.0.2.2", 9, NOW + DAY_MS, 60), 1);
});

Deno.test("calls in plaintext from this machine have no quota", () => {
  const quotas = new PlainQuotas({
    stranger: { messages: 1, bytes: 1 },
    strangers: { messages: 1, bytes: 1 },
  });
  for (let n = 0; n < 9; n++) assert(quotas.take([], 9, NOW));
});
