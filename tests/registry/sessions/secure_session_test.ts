import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Message } from "../../../lib/framing/mod.ts";
import {
  type LogEntry,
  Registry,
  REGISTRY_RATES,
} from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";

/** A client that has registered. */
async function online(
  { address }: Registry,
  clientID: string,
  identity?: Identity,
): Promise<SecureSocket> {
  const client = await SecureSocket.connect(address, identity);
  const reply = await register(client, clientID);
  assertEquals(reply.method, "REGACK", Deno.inspect(reply));
  return client;
}

function register(client: SecureSocket, clientID: string): Promise<Message> {
  return client.ask("REGISTER", [["clientID", clientID], ["Port", "5556"]]);
}

/** What an ERROR says: its code, and how long to wait. */
function refusal(reply: Message): (string | undefined)[] {
  assertEquals(reply.method, "ERROR", Deno.inspect(reply));
  return [reply.get("Code"), reply.get("Wait")];
}

/** Two clients that are served while a third misbehaves. */
async function others(registry: Registry) {
  const alice = await online(registry, "alice");
  const bob = await online(registry, "bob");
  return {
    async goOn() {
      const bridged = await alice.ask("BRIDGE", [["target", "bob"]]);
      assertEquals(bridged.get("clientID"), "bob");
      assertEquals((await bob.ask("PING")).method, "PONG");
    },
    [Symbol.dispose]() {
      alice[Symbol.dispose]();
      bob[Symbol.dispose]();
    },
  };
}

const SEQ = "Seq: 1\r\n";
const BROKEN: [what: string, sent: string | Uint8Array, code: string][] = [
  ["what is not a message", "\x00\x01\x02\x03", "400"],
  ["a line without a colon", `INFO\r\n${SEQ}clients\r\n\r\n`, "400"],
  ["bytes that are not UTF-8", Uint8Array.of(0x58, 10, 0xff, 10, 10), "400"],
  ["a control character", `PING\r\n${SEQ}A: \x1b[2J\r\n\r\n`, "400"],
  ["a head without an end", "A".repeat(100_000), "431"],
  ["too many headers", `PING\r\n${SEQ.repeat(65)}\r\n`, "431"],
  ["a body over the limit", "PING\r\nContent-Length: 65537\r\n\r\n", "413"],
  ["a negative length", "PING\r\nContent-Length: -1\r\n\r\n", "400"],
  ["a request without Seq", "PING\r\n\r\n", "400"],
  ["an empty Seq", "PING\r\nSeq:\r\n\r\n", "400"],
  ["a Seq of 65 characters", `PING\r\nSeq: ${"1".repeat(65)}\r\n\r\n`, "400"],
];

for (const [what, sent, code] of BROKEN) {
  Deno.test(`inside the channel ${what} gets ${code} and is closed, and other clients are served`, async () => {
    const log: LogEntry[] = [];
    await using registry = startRegistry({
      plain: false,
      log: (entry) => log.push(entry),
    });
    using goingOn = await others(registry);
    using mallory = await online(registry, "mallory");
    await mallory.sendBytes(sent);
    // What comes behind it is not answered any more.
    await mallory.sendBytes(`PING\r\n${SEQ}\r\n`);
    const replies = await mallory.rest();
    assertEquals(replies.map((reply) => reply.get("Seq")), [undefined]);
    assertEquals(replies.map(refusal), [[code, undefined]]);
    await goingOn.goOn();
    assertEquals(log.map(({ event, code }) => [event, code]), [
      ["refused", Number(code)],
    ]);
  });
}

Deno.test("a body of 64 KiB is accepted, however it is split", async () => {
  await using registry = startRegistry({ plain: false });
  using alice = await online(registry, "alice");
  const body = "b".repeat(65536);
  assertEquals((await alice.ask("PING", [], body)).method, "PONG");
  const request = `PING\r\nSeq: x\r\nContent-Length: 65536\r\n\r\n${body}`;
  for (let at = 0; at < request.length; at += 10_007) {
    await alice.sendBytes(request.slice(at, at + 10_007));
  }
  assertEquals((await alice.receive()).get("Seq"), "x");
});

Deno.test("a session that ends in the middle of a request affects no other client", async () => {
  await using registry = startRegistry({ plain: false });
  using goingOn = await others(registry);
  for (let n = 0; n < 20; n++) {
    using client = await online(registry, `client${n}`);
    await client.sendBytes("BRIDGE\r\nSeq: 2\r\ntar");
  }
  await goingOn.goOn();
});

Deno.test("a client that never reads its replies delays no other client", async () => {
  // So much may be asked that the replies do not fit on their way.
  const requests = { perSecond: 1e6, burst: 1e6 };
  await using registry = startRegistry({
    plain: false,
    rates: { ...REGISTRY_RATES, requests },
  });
  using goingOn = await others(registry);
  using deaf = await online(registry, "deaf");
  const ping = `INFO\r\nSeq: ${"1".repeat(64)}\r\n\r\n`.repeat(1000);
  for (let n = 0; n < 100; n++) deaf.sendBytes(ping).catch(() => {});
  await goingOn.goOn();
  await goingOn.goOn();
});

Deno.test("a request that crosses the final ERROR is not answered", async () => {
  await using registry = startRegistry({ plain: false });
  const identity = Identity.generate();
  using first = await online(registry, "bob", identity);
  using _second = await online(registry, "bob", identity);
  // The first link has been told by now, and could take the ID back.
  await first.send("REGISTER", [
    ["Seq", "9"],
    ["clientID", "bob"],
    ["Port", "1"],
  ]);
  const told = await first.rest();
  assertEquals(told.map(refusal), [["409", undefined]]);
  using alice = await online(registry, "alice");
  const bridged = await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals(bridged.get("Candidates"), "127.0.0.1:5556");
});

Deno.test("a key that asks too often is told to wait, then closed; another is not", async () => {
  const requests = { perSecond: 0.1, burst: 5 };
  await using registry = startRegistry({
    plain: false,
    rates: { ...REGISTRY_RATES, requests },
  });
  using alice = await online(registry, "alice");
  using mallory = await SecureSocket.connect(registry.address);
  for (let n = 0; n < 5; n++) {
    assertEquals((await mallory.ask("PING")).method, "PONG");
  }
  const told = await mallory.ask("PING");
  assertEquals(refusal(told), ["429", "10"]);
  assertMatch(told.get("Reason") ?? "", /wait 10 s/);
  assertEquals(told.get("Seq"), "6");
  // Requests in flight get 429 too; a client that does not wait is disconnected.
  await mallory.sendBytes("PING\r\nSeq: x\r\n\r\n".repeat(1000));
  const replies = await mallory.rest();
  assert(replies.every((reply) => refusal(reply)[0] === "429"));
  assertEquals(replies.length, 101);
  assertEquals((await alice.ask("PING")).method, "PONG");
});

Deno.test("the limit of a key also holds on another connection and under another ID", async () => {
  const requests = { perSecond: 0.01, burst: 4 };
  await using registry = startRegistry({
    plain: false,
    rates: { ...REGISTRY_RATES, requests },
  });
  const identity = Identity.generate();
  using first = await online(registry, "bob", identity);
  assertEquals((await first.ask("PING")).method, "PONG");
  using second = await online(registry, "robert", identity);
  assertEquals((await second.ask("PING")).method, "PONG");
  assertEquals(refusal(await second.ask("PING")), ["429", "100"]);
});

Deno.test("a client that has waited as long as it was told is served again", async () => {
  const requests = { perSecond: 2, burst: 2 };
  let now = 0;
  const clock = () => now;
  await using registry = startRegistry({
    plain: false,
    rates: { ...REGISTRY_RATES, requests },
    clock,
  });
  using alice = await SecureSocket.connect(registry.address);
  let refused = 0;
  for (let n = 0; n < 6; n++) {
    const reply = await alice.ask("PING");
    if (reply.method === "PONG") continue;
    refused++;
    now += Number(reply.get("Wait")) * 1000;
  }
  assert(refused > 0, "the limit was never met");
  assertEquals((await alice.ask("PING")).method, "PONG");
});

Deno.test("a key that opens too many bridges is told to wait, then closed; another is not", async () => {
  const bridges = { perSecond: 0.1, burst: 3 };
  await using registry = startRegistry({
    plain: false,
    rates: { ...REGISTRY_RATES, bridges },
  });
  using alice = await online(registry, "alice");
  using mallory = await online(registry, "mallory");
  const target: [string, string][] = [["target", "alice"]];
  for (let n = 0; n < 3; n++) {
    assertEquals((await mallory.ask("BRIDGE", target)).method, "BRIDGEACK");
  }
  assertEquals(refusal(await mallory.ask("BRIDGE", target)), ["429", "10"]);
  assertEquals((await mallory.ask("PING")).method, "PONG");
  for (let n = 0; n < 101; n++) {
    assertEquals(refusal(await mallory.ask("BRIDGE", target)), ["429", "10"]);
  }
  assertEquals(await mallory.rest(), []);
  const bridged = await alice.ask("BRIDGE", [["target", "mallory"]]);
  assertEquals(bridged.method, "BRIDGEACK");
});

Deno.test("a malformed BRIDGE counts as one", async () => {
  const bridges = { perSecond: 0.1, burst: 1 };
  await using registry = startRegistry({
    plain: false,
    rates: { ...REGISTRY_RATES, bridges },
  });
  using mallory = await online(registry, "mallory");
  const malformed: [string, string][] = [["target", "a b"]];
  assertEquals((await mallory.ask("BRIDGE", malformed)).get("Code"), "400");
  assertEquals(refusal(await mallory.ask("BRIDGE", malformed)), ["429", "10"]);
});
