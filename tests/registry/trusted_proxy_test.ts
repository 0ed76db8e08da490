import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Address, AddressBlock } from "../../lib/net/mod.ts";
import {
  type LogEntry,
  Registry,
  REGISTRY_RATES,
  type RegistryOptions,
} from "../../lib/registry/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { FakeDial } from "../support/fake_dial.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { proxyHeader, rawProxyHeader } from "../support/proxy_header.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { startRegistry } from "../support/test_registry.ts";
import { FAST_REGISTRY } from "../support/timings.ts";
import { limited } from "../support/time_limit.ts";

/** Clients of other machines, as a proxy names them. */
const ALICE = { host: "192.0.2.7", port: 40_001 };
const BOB = { host: "198.51.100.9", port: 40_002 };
const HERE = { host: "127.0.0.1", port: 40_003 };

/** A check by the proxy itself. */
const LOCAL = rawProxyHeader(new Uint8Array(), { command: 0x20 });

const INFO = "INFO\r\n\r\n";

/** A registry that lets an address make three requests in plain, and no more. */
const THREE_REQUESTS = {
  rates: { ...REGISTRY_RATES, requests: { perSecond: 0.001, burst: 3 } },
};

/** A registry behind a proxy on loopback. */
function startBehindProxy(options: Partial<RegistryOptions> = {}): Registry {
  const trustedProxies = [AddressBlock.parse("127.0.0.1")];
  return startRegistry({ trustedProxies, ...options });
}

/** A client in plain that comes through the proxy. */
async function connect(
  { address }: Registry,
  header: Uint8Array,
): Promise<PlainSocket> {
  const socket = await PlainSocket.connect(address);
  await socket.send(header);
  return socket;
}

/** The reply to a request in plain, up to its empty line. */
async function ask(socket: PlainSocket, request: string): Promise<string> {
  await socket.send(request);
  return await socket.until("\r\n\r\n");
}

/** How many requests of a client in plain are answered before it has to wait. */
async function answered(registry: Registry, header: Uint8Array) {
  using socket = await connect(registry, header);
  for (let count = 0;; count++) {
    if (!(await ask(socket, INFO)).startsWith("INFOACK")) return count;
    if (count === 10) return Infinity;
  }
}

function register(clientID: string, port: number, ip = "x"): string {
  return `REGISTER\r\nclientID: ${clientID}\r\nIP: ${ip}\r\nPort: ${port}` +
    "\r\n\r\n";
}

/** A client in the secure mode that comes through the proxy. */
async function registerSecurely(
  { address }: Registry,
  clientID: string,
  source: Address,
): Promise<SecureSocket> {
  const header = proxyHeader(source);
  const client = await SecureSocket.connect(
    address,
    Identity.generate(),
    header,
  );
  await client.ask("REGISTER", [["clientID", clientID], ["Port", "5556"]]);
  return client;
}

/** Where a client in plain is, as others are told, if it names 127.0.0.9. */
async function plainAddress(
  registry: Registry,
  source: Address,
): Promise<string | undefined> {
  using plain = await connect(registry, proxyHeader(source));
  await ask(plain, register("carol", 5557, "127.0.0.9"));
  const reply = await ask(
    plain,
    "BRIDGE\r\nclientID: dora\r\ntarget: carol\r\n\r\n",
  );
  return /\r\nIP: (.*)\r\n/.exec(reply)?.[1];
}

Deno.test("behind a trusted proxy each client has the limits of its own address", async () => {
  await using registry = startBehindProxy(THREE_REQUESTS);
  assertEquals(await answered(registry, proxyHeader(ALICE)), 3);
  assertEquals(await answered(registry, proxyHeader(ALICE)), 0);
  assertEquals(await answered(registry, proxyHeader(BOB)), 3);
});

for (
  const [whom, header] of [
    ["one that the proxy names at loopback", proxyHeader(HERE)],
    [
      "one whose address the proxy does not name",
      rawProxyHeader(
        new Uint8Array(),
      ),
    ],
    ["the proxy itself", LOCAL],
  ] as const
) {
  Deno.test(`behind a trusted proxy no client is exempt from limits, not even ${whom}`, async () => {
    await using registry = startBehindProxy(THREE_REQUESTS);
    assertEquals(await answered(registry, header), 3);
  });
}

Deno.test("with a trusted proxy no client on loopback that comes without it is exempt from limits", async () => {
  const trustedProxies = [AddressBlock.parse("192.0.2.0/24")];
  await using registry = startRegistry({ ...THREE_REQUESTS, trustedProxies });
  assertEquals(await answered(registry, new Uint8Array()), 3);
});

Deno.test("the address that a trusted proxy names is the one that others are given", async () => {
  await using registry = startBehindProxy();
  using alice = await registerSecurely(registry, "alice", ALICE);
  using _bob = await registerSecurely(registry, "bob", BOB);
  const reply = await alice.ask("BRIDGE", [["target", "bob"]]);
  assertEquals(reply.get("Candidates"), `${BOB.host}:5556`);
  assertEquals(await plainAddress(registry, BOB), BOB.host);
});

Deno.test("a client that a trusted proxy names at loopback is given to others there only, whatever it says", async () => {
  await using registry = startBehindProxy();
  assertEquals(await plainAddress(registry, HERE), HERE.host);
});

Deno.test("a client in plain is dialled at the address that a trusted proxy names, and at loopback never", async () => {
  const dial = new FakeDial();
  await using registry = startBehindProxy({ dial: dial.dial });
  for (const [n, source] of [HERE, ALICE, BOB].entries()) {
    using plain = await connect(registry, proxyHeader(source));
    await ask(plain, register(`client-${n}`, 5000 + n));
    dial.answers.set(`${source.host}:${5000 + n}`, "accepted");
  }
  using plain = await connect(registry, proxyHeader(ALICE));
  await ask(plain, register("dora", 6000));
  // Each of the others is named in turn.
  for (let n = 0; n < 6; n++) {
    await ask(plain, "BRIDGE\r\nclientID: dora\r\n\r\n");
  }
  assertEquals(dial.dialled.toSorted(), [
    "192.0.2.7:5001",
    "198.51.100.9:5002",
  ]);
});

Deno.test("a connection from a trusted proxy without a header is refused, and the log says so", async () => {
  const entries: LogEntry[] = [];
  await using registry = startBehindProxy({ log: (it) => entries.push(it) });
  for (const request of [INFO, "HELLO\r\n\r\n"]) {
    using socket = await PlainSocket.connect(registry.address);
    await socket.send(request);
    assertEquals(await socket.rest().catch(() => ""), "");
  }
  const { client: _, ...entry } = entries[0] ?? { event: "" };
  assertEquals(entry, {
    event: "refused",
    code: 400,
    reason: "trusted proxy: there is no PROXY header",
  });
  assertEquals(entries.length, 2);
});

Deno.test("a connection from a trusted proxy that sends nothing, or half a header, is closed in time", async () => {
  const timings = { ...FAST_REGISTRY, proxyHeaderTimeoutMs: 20 };
  const entries: LogEntry[] = [];
  await using registry = startBehindProxy({
    timings,
    log: (it) => entries.push(it),
  });
  for (const half of [new Uint8Array(), proxyHeader(ALICE).subarray(0, 20)]) {
    using socket = await connect(registry, half);
    assertEquals(await socket.rest(), "");
  }
  assertEquals(entries.map(({ reason }) => reason), [
    "trusted proxy: no whole PROXY header within 0.02 s",
    "trusted proxy: no whole PROXY header within 0.02 s",
  ]);
});

Deno.test("a connection from a trusted proxy that closes without a byte is not logged", async () => {
  const entries: LogEntry[] = [];
  await using registry = startBehindProxy({ log: (it) => entries.push(it) });
  {
    using socket = await PlainSocket.connect(registry.address);
    await socket.closeWrite();
    assertEquals(await socket.rest(), "");
  }
  assertEquals(entries, []);
});

Deno.test("the log names a client behind a trusted proxy by its own address", async () => {
  const entries: LogEntry[] = [];
  await using registry = startBehindProxy({ log: (it) => entries.push(it) });
  using socket = await connect(registry, proxyHeader(ALICE));
  assertMatch(await ask(socket, "\0"), /^ERROR\r\nCode: 400\r\n/);
  assertEquals(entries.map(({ client }) => client), ["192.0.2.7:40001"]);
});

Deno.test("a header from elsewhere is not believed, but is bad input", async () => {
  const trustedProxies = [AddressBlock.parse("192.0.2.0/24")];
  for (const options of [{}, { trustedProxies }]) {
    const entries: LogEntry[] = [];
    await using registry = startRegistry({
      ...options,
      log: (it) => entries.push(it),
    });
    for (
      const header of [
        proxyHeader(ALICE),
        new TextEncoder().encode("PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n\r\n"),
      ]
    ) {
      using socket = await connect(registry, header);
      await socket.send(INFO).catch(() => {});
      const reply = await socket.rest().catch(() => "");
      assertMatch(reply, /^ERROR\r\nCode: 400\r\n/);
    }
    for (const { client } of entries) assertMatch(String(client), /^127\.0\.0/);
    assertEquals(entries.length, 2);
  }
});

Deno.test("connections on which a trusted proxy has named no client yet count among all", async () => {
  await using registry = startBehindProxy({ maxConnections: 2 });
  using _first = await PlainSocket.connect(registry.address);
  using _second = await PlainSocket.connect(registry.address);
  using third = await connect(registry, proxyHeader(ALICE));
  assertMatch(await third.rest(), /^ERROR\r\nCode: 503\r\n/);
});

Deno.test("once a trusted proxy has named the client, the connection counts for its address", async () => {
  await using registry = startBehindProxy({ maxConnections: 8 });
  // Each address may have two of so few places.
  const sockets = [ALICE, ALICE, BOB].map((source) =>
    registerSecurely(registry, `at-${source.host}`, source)
  );
  using open = new DisposableStack();
  for (const socket of await Promise.all(sockets)) open.use(socket);
  using fourth = await connect(registry, proxyHeader(ALICE));
  assertMatch(await fourth.rest(), /Code: 503\r\nReason: your address/);
  using other = await connect(registry, proxyHeader(BOB));
  assertMatch(await ask(other, INFO), /^INFOACK/);
});

Deno.test("a registry that closes does not wait for a header", async () => {
  const registry = startBehindProxy();
  using socket = await connect(registry, proxyHeader(ALICE).subarray(0, 20));
  // The registry has accepted it: the next one is answered.
  using next = await connect(registry, proxyHeader(ALICE));
  await ask(next, INFO);
  const started = performance.now();
  await limited(registry.close(), "the registry does not close");
  assert(performance.now() - started < 2000);
  await socket.rest().catch(() => {});
});
