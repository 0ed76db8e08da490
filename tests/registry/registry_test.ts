import { ListenError } from "../../lib/net/mod.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  type LogEntry,
  openEmbeddedStore,
  Registry,
} from "../../lib/registry/mod.ts";
import { at } from "../support/at.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { FakeDial } from "../support/fake_dial.ts";
import { limited } from "../support/time_limit.ts";
import { startRegistry } from "../support/test_registry.ts";

const INFO = "INFO\r\nRequesting clients\r\n\r\n";
const EMPTY_INFO = "INFOACK\r\nClients: 0\r\nContent-Length: 0\r\n\r\n";

/** Checks that the registry still answers another client. */
async function assertServes(registry: Registry): Promise<void> {
  using other = await PlainSocket.connect(registry.address);
  await other.send(INFO);
  assertMatch(await other.until("\r\n\r\n"), /^INFOACK\r\n/);
}

Deno.test("one connection carries many requests, also pipelined", async () => {
  await using registry = startRegistry();
  using client = await PlainSocket.connect(registry.address);
  await client.send(INFO);
  assertEquals(await client.recv(), EMPTY_INFO);
  await client.send(INFO + INFO + INFO.slice(0, 7));
  assertEquals(await client.until("\r\n\r\n"), EMPTY_INFO);
  assertEquals(await client.until("\r\n\r\n"), EMPTY_INFO);
  await client.send(INFO.slice(7));
  assertEquals(await client.until("\r\n\r\n"), EMPTY_INFO);
});

Deno.test("a request is answered the same split at every byte", async () => {
  await using registry = startRegistry();
  for (let at = 1; at < INFO.length; at++) {
    using client = await PlainSocket.connect(registry.address);
    await client.send(INFO.slice(0, at));
    await client.send(INFO.slice(at));
    assertEquals(await client.until("\r\n\r\n"), EMPTY_INFO);
  }
});

Deno.test("a request that is malformed only gets an ERROR and the connection stays open", async () => {
  await using registry = startRegistry();
  using client = await PlainSocket.connect(registry.address);
  await client.send("REGISTER\r\nclientID: a b\r\n\r\n");
  assertMatch(
    await client.until("\r\n\r\n"),
    /^ERROR\r\nCode: 400\r\nReason: clientID [^\r\n]+\r\n\r\n$/,
  );
  await client.send(INFO);
  assertEquals(await client.until("\r\n\r\n"), EMPTY_INFO);
});

const BROKEN: Record<string, { sent: string | Uint8Array; code: number }> = {
  "a header block over the limit": {
    sent: `X\r\nA: ${"v".repeat(9000)}\r\n\r\n`,
    code: 431,
  },
  "10 MiB without an empty line": {
    sent: new Uint8Array(10 * 1024 * 1024).fill(0x61),
    code: 431,
  },
  "too many headers": { sent: `X\r\n${"A: 1\r\n".repeat(65)}\r\n`, code: 431 },
  "bytes that are not UTF-8": {
    sent: Uint8Array.from([0x58, 10, 0x41, 0x3a, 0xff, 10, 10]),
    code: 400,
  },
  "a NUL": { sent: "INFO\0\r\n\r\n", code: 400 },
  "a negative Content-Length": {
    sent: "INFO\r\nContent-Length: -5\r\n\r\n",
    code: 400,
  },
  "a huge Content-Length": {
    sent: "INFO\r\nContent-Length: 99999999999999999999\r\n\r\n",
    code: 413,
  },
  "a body without its Content-Length": {
    sent: "SHOUT\r\n\r\nsome words here\r\n\r\n",
    code: 400,
  },
  "a web browser": {
    sent: "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    code: 400,
  },
};

for (const [what, { sent, code }] of Object.entries(BROKEN)) {
  Deno.test(`${what} gets ${code} and is closed, and other clients are served`, async () => {
    const log: LogEntry[] = [];
    await using registry = startRegistry({ log: (entry) => log.push(entry) });
    using client = await PlainSocket.connect(registry.address);
    await client.send(sent);
    await client.closeWrite();
    assertMatch(
      await client.rest(),
      new RegExp(
        `ERROR\\r\\nCode: ${code}\\r\\nReason: [^\\r\\n]+\\r\\n\\r\\n$`,
      ),
    );
    await assertServes(registry);
    assertEquals(log.map(({ event, code }) => [event, code]), [[
      "refused",
      code,
    ]]);
  });
}

Deno.test("a connection that ends in the middle of a request affects no other client", async () => {
  await using registry = startRegistry();
  {
    using client = await PlainSocket.connect(registry.address);
    await client.send("REGISTER\r\nclient");
  }
  await assertServes(registry);
});

Deno.test("a client that connects to a full registry gets an ERROR that says so", async () => {
  await using registry = startRegistry({ maxConnections: 2 });
  using first = await PlainSocket.connect(registry.address);
  using second = await PlainSocket.connect(registry.address);
  await first.send(INFO);
  await first.recv();
  await second.send(INFO);
  await second.recv();
  using third = await PlainSocket.connect(registry.address);
  assertMatch(await third.until("\r\n\r\n"), /^ERROR\r\nCode: 503\r\n/);
  await first.send(INFO);
  assertEquals(await first.recv(), EMPTY_INFO);
});

Deno.test("where a registry is full, the newest connection on which nothing has come gives way, and none within a request", async () => {
  await using registry = startRegistry({ maxConnections: 3 });
  const silent = [];
  for (let n = 0; n < 3; n++) {
    silent.push(await PlainSocket.connect(registry.address));
    // It is accepted before the next.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const [first, second, third] = silent;
  assert(first !== undefined && second !== undefined && third !== undefined);
  await third.send(INFO + "INFO\r\n");
  assertEquals(await third.recv(), EMPTY_INFO);
  using fourth = await PlainSocket.connect(registry.address);
  assertEquals(await second.rest(), "");
  await fourth.send(INFO);
  assertEquals(await fourth.recv(), EMPTY_INFO);
  // The third is in the middle of a request, and the fourth has spoken.
  using fifth = await PlainSocket.connect(registry.address);
  assertEquals(await first.rest(), "");
  await fifth.send(INFO);
  assertEquals(await fifth.recv(), EMPTY_INFO);
  await third.send("\r\n");
  assertEquals(await third.recv(), EMPTY_INFO);
  // Now none is silent.
  using sixth = await PlainSocket.connect(registry.address);
  assertMatch(await sixth.until("\r\n\r\n"), /^ERROR\r\nCode: 503\r\n/);
  for (const socket of silent) socket[Symbol.dispose]();
});

Deno.test("connections that gave way are counted once: a registry has as many places as before", async () => {
  await using registry = startRegistry({ maxConnections: 2 });
  const open: PlainSocket[] = [];
  for (let n = 0; n < 50; n++) {
    open.push(await PlainSocket.connect(registry.address));
  }
  const left = [at(open, 0), at(open, 49)];
  for (const socket of left) await socket.send(INFO);
  for (const socket of left) assertEquals(await socket.recv(), EMPTY_INFO);
  using refused = await PlainSocket.connect(registry.address);
  assertMatch(await refused.until("\r\n\r\n"), /^ERROR\r\nCode: 503\r\n/);
  for (const socket of open) socket[Symbol.dispose]();
  for (let reply = ""; reply !== EMPTY_INFO;) {
    using late = await PlainSocket.connect(registry.address);
    await late.send(INFO);
    reply = await late.recv();
  }
});

Deno.test("a closed connection makes room for another client", async () => {
  await using registry = startRegistry({ maxConnections: 1 });
  for (let n = 0; n < 20; n++) {
    using client = await PlainSocket.connect(registry.address);
    await client.send(INFO);
    assertEquals(await client.recv(), EMPTY_INFO);
    await client.closeWrite();
    assertEquals(await client.rest(), "");
  }
});

Deno.test("without the plain protocol a plain request is refused with 403", async () => {
  await using registry = startRegistry({ plain: false });
  using client = await PlainSocket.connect(registry.address);
  await client.send(INFO);
  assertMatch(await client.until("\r\n\r\n"), /^ERROR\r\nCode: 403\r\n/);
});

Deno.test("an ID cannot be taken from another address", async () => {
  await using registry = startRegistry({ listen: { host: "::", port: 0 } });
  const { port } = registry.address;
  const register = "REGISTER\r\nclientID: alice\r\nIP: x\r\nPort: 1\r\n\r\n";
  using alice = await PlainSocket.connect({ host: "127.0.0.1", port });
  await alice.send(register);
  assertMatch(await alice.recv(), /^REGACK/);
  using mallory = await PlainSocket.connect({ host: "::1", port });
  await mallory.send(register);
  assertMatch(await mallory.recv(), /^ERROR\r\nCode: 409\r\n/);
});

Deno.test("closing lets the reply under way finish and ends the rest", async () => {
  const registry = startRegistry();
  using idle = await PlainSocket.connect(registry.address);
  using busy = await PlainSocket.connect(registry.address);
  await busy.send(INFO);
  assertEquals(await busy.recv(), EMPTY_INFO);
  await registry.close();
  assertEquals(await idle.rest(), "");
  assertEquals(await busy.rest(), "");
});

Deno.test("closing lets a reply under way arrive whole, even with more requests pending", async () => {
  const registry = startRegistry();
  using client = await PlainSocket.connect(registry.address);
  for (let n = 0; n < 2000; n++) {
    await client.send(
      `REGISTER\r\nclientID: ${"x".repeat(50)}${n}\r\nIP: x\r\nPort: 1\r\n\r\n`,
    );
    await client.until("\r\n\r\n");
  }
  // More replies than fit between two programs, so that one is under way.
  await client.send(INFO.repeat(1000));
  await client.until("INFOACK");
  const closed = registry.close();
  const replies = `INFOACK${await client.rest()}`;
  const [, length] = /Content-Length: (\d+)/.exec(replies) ?? [];
  const size = replies.indexOf("\r\n\r\n") + 4 + Number(length);
  assertEquals(replies.length % size, 0);
  await client.closeWrite();
  await closed;
});

Deno.test("closing gives up the check that a BRIDGE waits for, and answers it", async () => {
  const fake = new FakeDial();
  const registry = startRegistry({ dial: fake.dial });
  using client = await PlainSocket.connect(registry.address);
  for (const [n, clientID] of ["alice", "bob", "carol"].entries()) {
    const port = n + 1;
    fake.answers.set(`127.0.0.1:${port}`, new Promise(() => {}));
    await client.send(
      `REGISTER\r\nclientID: ${clientID}\r\nIP: x\r\nPort: ${port}\r\n\r\n`,
    );
    await client.until("\r\n\r\n");
  }
  const dialled = Promise.withResolvers<void>();
  fake.onDial = dialled.resolve;
  await client.send("BRIDGE\r\nclientID: alice\r\n\r\n");
  await limited(dialled.promise, "no check");
  const closed = registry.close();
  assertMatch(await client.rest(), /^BRIDGEACK\r\nclientID: bob\r\n/);
  await client.closeWrite();
  await closed;
  assertEquals(fake.dialling, 0);
});

Deno.test("an address in use is reported in one sentence", async () => {
  await using registry = startRegistry();
  assertThrows(
    () => startRegistry({ listen: registry.address }),
    ListenError,
    "is in use",
  );
});

Deno.test("a store that the registry was given stays open, also when it cannot listen", async () => {
  using store = openEmbeddedStore(":memory:");
  {
    await using registry = startRegistry({ store });
    const listen = registry.address;
    assertThrows(() => startRegistry({ listen, store }), ListenError);
    assertThrows(() => startRegistry({ listen }), ListenError);
  }
  assert(store.claims.claim("alice", "A", 0));
});

Deno.test("an address of another machine is reported in one sentence", () => {
  assertThrows(
    () => startRegistry({ listen: { host: "192.0.2.1", port: 0 } }),
    ListenError,
    "is not an address of this machine",
  );
});

Deno.test("the registry serves IPv6", async () => {
  await using registry = startRegistry({ listen: { host: "::1", port: 0 } });
  using client = await PlainSocket.connect(registry.address);
  await client.send("REGISTER\r\nclientID: a\r\nIP: x\r\nPort: 1\r\n\r\n");
  await client.until("\r\n\r\n");
  await client.send("BRIDGE\r\nclientID: b\r\n\r\n");
  assertEquals(
    await client.until("\r\n\r\n"),
    "BRIDGEACK\r\nclientID: a\r\nIP: ::1\r\nPort: 1\r\n\r\n",
  );
});
