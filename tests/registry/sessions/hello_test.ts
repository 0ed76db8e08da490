import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Registry, REGISTRY_RATES } from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { NON_LOOPBACK_ADDRESS } from "../../support/non_loopback.ts";
import {
  HELLO,
  HELLO_SPELLED_OTHERWISE,
  helloWith,
  MALFORMED_HANDSHAKES,
} from "../../support/hello.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";
import { PATIENT_REGISTRY, SOON_MS } from "../../support/timings.ts";

const INFO = "INFO\r\n\r\n";

/** Checks that the registry still serves another client, in both modes. */
async function assertServes(
  { address }: Pick<Registry, "address">,
): Promise<void> {
  using client = await SecureSocket.connect(address);
  assertEquals((await client.ask("PING")).method, "PONG");
  using plain = await PlainSocket.connect(address);
  await plain.send(INFO);
  assertMatch(await plain.until("\r\n\r\n"), /^INFOACK\r\n/);
}

/** Sends bytes, and gives all that comes back until the end. */
async function replyTo(
  { address }: Registry,
  sent: string | Uint8Array,
): Promise<string> {
  using socket = await PlainSocket.connect(address);
  const reply = socket.rest().catch(() => "");
  await socket.send(sent).catch(() => {});
  await socket.closeWrite().catch(() => {});
  return await reply;
}

const WRONG: [what: string, sent: string, reply: RegExp][] = [
  ["another version", "HELLO\r\nVersion: 2\r\n\r\n", /^ERROR\r\nCode: 505\r\n/],
  ["no version", "HELLO\r\n\r\n", /^ERROR\r\nCode: 505\r\n/],
  [
    "a body",
    HELLO.replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"),
    /^ERROR\r\nCode: 400\r\n/,
  ],
  [
    "more than a version and a handshake",
    HELLO.replace("\r\n\r\n", "\r\nA: 1\r\n\r\n"),
    /^ERROR\r\nCode: 400\r\n/,
  ],
  [
    "a line without a colon",
    HELLO.replace("\r\n\r\n", "\r\nclients\r\n\r\n"),
    /^ERROR\r\nCode: 400\r\nReason: a header line without a colon\r\n\r\n$/,
  ],
  [
    "no handshake",
    "HELLO\r\nVersion: 1\r\n\r\n",
    /^ERROR\r\nCode: 400\r\nReason: Handshake is missing/,
  ],
  ["a HELLO behind it", HELLO + HELLO, /^\0`[^]+$/],
  ["nothing behind it", HELLO, /^\0`[^]+$/],
  ["an empty handshake message behind it", HELLO + "\0\0", /^\0`[^]+$/],
  [
    "a handshake message of 65 bytes behind it",
    HELLO + "\0A" + "x".repeat(65),
    /^\0`[^]+$/,
  ],
  [
    "text behind it",
    HELLO + "REGISTER\r\nclientID: a\r\n\r\n",
    /^\0`[^]+$/,
  ],
  ["a key of low order", helloWith(new Uint8Array(32).toBase64()), /^$/],
  ...MALFORMED_HANDSHAKES.map(([what, handshake]): typeof WRONG[number] => [
    `a handshake that is or has ${what}`,
    helloWith(handshake),
    /^ERROR\r\nCode: 400\r\nReason: Handshake is [^\r\n]+\r\n\r\n$/,
  ]),
];

for (const [what, sent, reply] of WRONG) {
  Deno.test(`HELLO with ${what} is refused and closed, and other clients are served`, async () => {
    await using registry = startRegistry();
    assertMatch(await replyTo(registry, sent), reply);
    await assertServes(registry);
  });
}

Deno.test("a handshake that continues with garbage is closed without a reply, and other clients are served", async () => {
  await using registry = startRegistry();
  using socket = await PlainSocket.connect(registry.address);
  await socket.send(HELLO);
  await socket.recv();
  await socket.send("\0@" + "x".repeat(64));
  assertEquals(await socket.rest(), "");
  await assertServes(registry);
});

Deno.test("HELLO after another request is an unknown method", async () => {
  await using registry = startRegistry();
  using socket = await PlainSocket.connect(registry.address);
  await socket.send(INFO + HELLO + INFO);
  await socket.until("\r\n\r\n");
  assertMatch(await socket.until("\r\n\r\n"), /^ERROR\r\nCode: 400\r\n/);
  assertMatch(await socket.until("\r\n\r\n"), /^INFOACK\r\n/);
});

Deno.test("HELLO is accepted however it is split, and in each spelling of a message", async () => {
  await using registry = startRegistry();
  for (const hello of [HELLO, HELLO_SPELLED_OTHERWISE]) {
    for (let at = 1; at < hello.length; at++) {
      using socket = await PlainSocket.connect(registry.address);
      await socket.send(hello.slice(0, at));
      await socket.send(hello.slice(at));
      assert((await socket.recv()).startsWith("\0`"));
    }
  }
});

Deno.test("the secure mode is served without the plain protocol too", async () => {
  await using registry = startRegistry({ plain: false });
  using client = await SecureSocket.connect(registry.address);
  assertEquals((await client.ask("PING")).method, "PONG");
});

Deno.test("handshakes that are not finished, and slow ones, delay no other client, and end", async () => {
  const timings = { handshakeTimeoutMs: 1000 };
  await using registry = startRegistry({ timings });
  const begun = performance.now();
  const sockets = [];
  for (let n = 0; n < 50; n++) {
    const socket = await PlainSocket.connect(registry.address);
    await socket.send(n % 2 === 0 ? HELLO : HELLO + "\0@" + "x".repeat(32));
    sockets.push(socket);
  }
  await assertServes(registry);
  using slow = await PlainSocket.connect(registry.address);
  await slow.send(HELLO + "\0");
  let ended = false;
  const rest = slow.rest().catch(() => "").then(() => ended = true);
  for (const byte of ["@", ..."x".repeat(30)]) {
    if (ended) break;
    await slow.send(byte).catch(() => {});
    await assertServes(registry);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert(ended, "it had the time for all bytes");
  await rest;
  for (const socket of sockets) {
    await socket.rest().catch(() => "");
    socket[Symbol.dispose]();
  }
  const taken = performance.now() - begun;
  assert(taken > 600, `it took ${taken} ms`);
});

Deno.test("a reset at any byte of a handshake affects no other client", async () => {
  await using registry = startRegistry();
  const { host: hostname, port } = registry.address;
  const opening = new TextEncoder().encode(HELLO);
  for (let end = 0; end <= opening.length; end += 3) {
    const conn = await Deno.connect({ hostname, port });
    await conn.write(opening.subarray(0, end));
    // To close on what has arrived and was not read is a reset.
    if (end === opening.length) await conn.read(new Uint8Array(1));
    conn.close();
  }
  await assertServes(registry);
});

Deno.test("closing does not wait for a handshake", async () => {
  const registry = startRegistry({ timings: PATIENT_REGISTRY });
  using begun = await PlainSocket.connect(registry.address);
  await begun.send(HELLO);
  assert((await begun.recv()).startsWith("\0`"));
  using silent = await PlainSocket.connect(registry.address);
  await silent.send(HELLO);
  await assertServes(registry);
  const before = performance.now();
  await registry.close();
  const taken = performance.now() - before;
  assert(taken < SOON_MS, `closing took ${taken} ms`);
  assertEquals(await begun.rest().catch(() => ""), "");
});

Deno.test({
  name:
    "an address that makes too many handshakes is told to wait, and its keys and other addresses are served",
  ignore: NON_LOOPBACK_ADDRESS === undefined,
  fn: async () => {
    const rates = {
      ...REGISTRY_RATES,
      handshakes: { perSecond: 0.1, burst: 3 },
    };
    const listen = { host: "0.0.0.0", port: 0 };
    await using registry = startRegistry({ listen, rates });
    const { port } = registry.address;
    const there = { host: NON_LOOPBACK_ADDRESS ?? "", port };
    const here = { host: "127.0.0.1", port };
    // The keys differ: it is the address that is counted.
    using a = await SecureSocket.connect(there);
    using b = await SecureSocket.connect(there);
    using c = await SecureSocket.connect(there);
    await assertRejects(() => SecureSocket.connect(there));
    using plain = await PlainSocket.connect(there);
    await plain.send(HELLO);
    assertEquals(
      await plain.rest(),
      "ERROR\r\nCode: 429\r\nReason: rate limit exceeded: wait 10 s\r\n\r\n",
    );
    for (const socket of [a, b, c]) {
      assertEquals((await socket.ask("PING")).method, "PONG");
    }
    using other = await SecureSocket.connect(here, Identity.generate());
    assertEquals((await other.ask("PING")).method, "PONG");
    await assertServes({ address: here });
  },
});

Deno.test({
  name:
    "a neighbour at the same address who sends PING again and again has no BRIDGE of a client refused",
  ignore: NON_LOOPBACK_ADDRESS === undefined,
  fn: async () => {
    const requests = { perSecond: 0.1, burst: 12 };
    const listen = { host: "0.0.0.0", port: 0 };
    const rates = { ...REGISTRY_RATES, requests };
    await using registry = startRegistry({ listen, rates });
    const { port } = registry.address;
    const there = { host: NON_LOOPBACK_ADDRESS ?? "", port };
    using client = await SecureSocket.connect(there);
    using neighbour = await SecureSocket.connect(there);
    for (
      const [socket, clientID] of [[client, "a"], [neighbour, "b"]] as const
    ) {
      await socket.ask("REGISTER", [["clientID", clientID], ["Port", "1"]]);
    }
    for (let n = 0; n < 11; n++) await neighbour.ask("PING");
    const refusal = await neighbour.ask("PING");
    assertEquals([refusal.get("Code"), refusal.get("Wait")], ["429", "10"]);
    for (let n = 0; n < 10; n++) {
      const reply = await client.ask("BRIDGE", [["target", "b"]]);
      assertEquals(reply.method, "BRIDGEACK");
    }
  },
});

Deno.test({
  name:
    "an address that asks too often in plain is told to wait, and another is served",
  ignore: NON_LOOPBACK_ADDRESS === undefined,
  fn: async () => {
    const requests = { perSecond: 0.1, burst: 4 };
    const listen = { host: "0.0.0.0", port: 0 };
    const rates = { ...REGISTRY_RATES, requests };
    await using registry = startRegistry({ listen, rates });
    const { port } = registry.address;
    const there = { host: NON_LOOPBACK_ADDRESS ?? "", port };
    for (let n = 0; n < 2; n++) {
      using plain = await PlainSocket.connect(there);
      await plain.send(INFO + INFO);
      for (let m = 0; m < 2; m++) {
        assertMatch(await plain.until("\r\n\r\n"), /^INFOACK\r\n/);
      }
    }
    using plain = await PlainSocket.connect(there);
    await plain.send(INFO);
    assertEquals(
      await plain.rest(),
      "ERROR\r\nCode: 429\r\nReason: rate limit exceeded: wait 10 s\r\n\r\n",
    );
    await assertServes({ address: { host: "127.0.0.1", port } });
  },
});
