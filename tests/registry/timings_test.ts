import { setTimeout as delay } from "node:timers/promises";
import { assertEquals, assertMatch } from "@std/assert";
import {
  openEmbeddedStore,
  Registry,
  REGISTRY_TIMINGS,
  type RegistryOptions,
} from "../../lib/registry/mod.ts";
import { AddressBlock } from "../../lib/net/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { proxyHeader } from "../support/proxy_header.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { limited } from "../support/time_limit.ts";
import { FAST_REGISTRY } from "../support/timings.ts";

const INFO = "INFO\r\n\r\n";
const REGISTER = "REGISTER\r\nclientID: bob\r\nIP: x\r\nPort: 1\r\n\r\n";

/** A registry on a clock that the test moves. */
class ClockedRegistry implements AsyncDisposable {
  /** What the registry remembers. */
  readonly store = openEmbeddedStore(":memory:");
  readonly #registry: Registry;
  #now = 0;
  #ticked = Promise.withResolvers<void>();

  constructor(options: Partial<RegistryOptions> = {}) {
    this.#registry = Registry.listen({
      listen: { host: "127.0.0.1", port: 0 },
      plain: true,
      store: this.store,
      timings: FAST_REGISTRY,
      clock: () => {
        this.#ticked.resolve();
        return this.#now;
      },
      ...options,
    });
  }

  get address() {
    return this.#registry.address;
  }

  /** Moves the clock on, and waits until the registry has looked at it. */
  async pass(seconds: number): Promise<void> {
    this.#now += seconds * 1000;
    this.#ticked = Promise.withResolvers();
    await this.#ticked.promise;
    await delay(0);
  }

  /** Moves the clock on, a second at a time, until something has come. */
  async passUntil<T>(coming: Promise<T>): Promise<T> {
    let come = false;
    const noted = coming.finally(() => come = true);
    while (!come) await this.pass(1);
    return await noted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#registry.close();
    this.store[Symbol.dispose]();
  }
}

async function register(registry: ClockedRegistry): Promise<SecureSocket> {
  const client = await SecureSocket.connect(registry.address);
  await client.ask("REGISTER", [["clientID", "alice"], ["Port", "5556"]]);
  return client;
}

/** The client that the registry names to one that asks for alice. */
async function lookUp(client: SecureSocket): Promise<string | undefined> {
  const reply = await client.ask("LOOKUP", [["target", "alice"]]);
  return reply.get("Online");
}

Deno.test("the registry's timings are those of PROTOCOL.md", () => {
  assertEquals(REGISTRY_TIMINGS, {
    tickIntervalMs: 1000,
    closeTimeoutMs: 1500,
    proxyHeaderTimeoutMs: 5000,
    handshakeTimeoutMs: 5000,
    requestTimeoutS: 10,
    idleTimeoutS: 60,
    loopbackIdleTimeoutS: 600,
    giveWayAfterS: 10,
    silenceTimeoutS: 40,
    finalErrorTimeoutS: 2,
    leaseGraceS: 30,
    checkIntervalS: 60,
    checkTimeoutMs: 250,
    checkWaitMs: 300,
    sweepIntervalS: 60,
  });
});

Deno.test("a plain connection that is silent for ten minutes on loopback is closed without a reply", async () => {
  await using registry = new ClockedRegistry();
  using client = await PlainSocket.connect(registry.address);
  await registry.pass(60);
  await client.send(INFO);
  assertMatch(await client.until("\r\n\r\n"), /^INFOACK\r\n/);
  assertEquals(await registry.passUntil(client.rest()), "");
});

Deno.test("a request that is not complete within ten seconds is answered with 408", async () => {
  await using registry = new ClockedRegistry();
  using client = await PlainSocket.connect(registry.address);
  await client.send("INFO\r\n");
  assertEquals(
    await registry.passUntil(client.rest()),
    "ERROR\r\nCode: 408\r\nReason: no complete request within 10 s\r\n\r\n",
  );
});

Deno.test("a client in the secure mode that is silent for 40 seconds is disconnected", async () => {
  await using registry = new ClockedRegistry();
  using alice = await register(registry);
  await registry.pass(40);
  assertEquals((await alice.ask("PING")).method, "PONG");
  await registry.pass(41);
  assertEquals(await alice.rest(), []);
});

Deno.test("a registration outlives its connection by 30 seconds", async () => {
  await using registry = new ClockedRegistry();
  using bob = await SecureSocket.connect(registry.address);
  await bob.ask("REGISTER", [["clientID", "bob"], ["Port", "1"]]);
  {
    using _alice = await register(registry);
  }
  // Until the registry has seen that the connection is closed.
  while (registry.store.directory.find("alice", 30)) await delay(1);
  await registry.pass(29);
  assertEquals(await lookUp(bob), "yes");
  await registry.pass(1);
  assertEquals(await lookUp(bob), "no");
});

Deno.test("a client on loopback that is silent for five minutes, before its first request or after one, is still answered", async () => {
  await using registry = new ClockedRegistry();
  using client = await PlainSocket.connect(registry.address);
  for (let n = 0; n < 3; n++) {
    await registry.pass(300);
    await client.send(INFO);
    assertMatch(await client.until("\r\n\r\n"), /^INFOACK\r\n/);
  }
});

Deno.test("a client that a trusted proxy names at loopback is closed after a minute of silence", async () => {
  await using registry = new ClockedRegistry({
    trustedProxies: [AddressBlock.parse("127.0.0.1")],
  });
  using client = await PlainSocket.connect(registry.address);
  await client.send(proxyHeader({ host: "127.0.0.1", port: 1 }));
  await client.send(INFO);
  await client.until("\r\n\r\n");
  let isClosed = false;
  const closed = client.rest().then(() => isClosed = true);
  await registry.pass(59);
  assertEquals(isClosed, false);
  await registry.pass(2);
  await limited(closed, "the connection is not closed");
});

Deno.test("where a registry is full, the connection that has been silent longest gives way, one that has spoken after the others", async () => {
  await using registry = new ClockedRegistry({ maxConnections: 3 });
  using spoken = await PlainSocket.connect(registry.address);
  await spoken.send(INFO);
  await spoken.until("\r\n\r\n");
  using waiting = await PlainSocket.connect(registry.address);
  await registry.pass(9);
  using newer = await PlainSocket.connect(registry.address);
  await registry.pass(1);
  using first = await PlainSocket.connect(registry.address);
  assertEquals(await waiting.rest(), "");
  using second = await PlainSocket.connect(registry.address);
  assertEquals(await spoken.rest(), "");
  for (const client of [newer, first, second]) {
    await client.send(INFO);
    assertMatch(await client.until("\r\n\r\n"), /^INFOACK\r\n/);
  }
});

Deno.test("a registration in plain lasts an hour", async () => {
  await using registry = new ClockedRegistry({
    timings: { ...FAST_REGISTRY, loopbackIdleTimeoutS: 10_000 },
  });
  using client = await PlainSocket.connect(registry.address);
  await client.send(REGISTER);
  await client.until("\r\n\r\n");
  await registry.pass(3599);
  await client.send(INFO);
  assertMatch(await client.until("\r\n\r\n"), /\nClients: 1\r\n/);
  await client.until("\r\n");
  await registry.pass(1);
  await client.send(INFO);
  assertMatch(await client.until("\r\n\r\n"), /^INFOACK\r\nClients: 0\r\n/);
});

Deno.test("a client that does not read the final ERROR and close is disconnected", async () => {
  await using registry = new ClockedRegistry();
  using client = await PlainSocket.connect(registry.address);
  await client.send("\0");
  assertMatch(await client.until("\r\n\r\n"), /^ERROR\r\nCode: 400\r\n/);
  // The registry has said that it will send no more, and reads on.
  await client.send("x");
  await registry.pass(3);
  let error: unknown;
  for (let n = 0; n < 100 && error === undefined; n++) {
    await client.send("x").catch((it) => error = it);
    await delay(5);
  }
  assertEquals(error instanceof Error, true);
});
