import { assertEquals } from "@std/assert";
import { Message, MessageReader } from "../../lib/framing/mod.ts";
import { PLAIN_LEASE_S } from "../../lib/protocol/mod.ts";
import { type DialFailure, originOf } from "../../lib/net/mod.ts";
import {
  openEmbeddedStore,
  REGISTRY_RATES,
  REGISTRY_TIMINGS,
  type RegistryTimings,
} from "../../lib/registry/mod.ts";
import { answerSecure } from "../../lib/registry/methods/mod.ts";
import { RegistryService } from "../../lib/registry/service.ts";
import { type DialAnswer, FakeDial } from "../support/fake_dial.ts";
import { SOON_MS } from "../support/timings.ts";
import { delayed } from "./delayed_store.ts";
import { Identity } from "../../lib/secure/mod.ts";

const LOOPBACK = "127.0.0.1";
/** Two hosts of other machines. */
const [THERE, ELSEWHERE] = ["192.0.2.1", "198.51.100.7"];

/** How a {@linkcode TestService} differs. */
interface TestOptions {
  /** Whether the store answers later. */
  readonly isStoreDelayed?: boolean;
  readonly timings?: Partial<RegistryTimings>;
}

/**
 * A registry without sockets, on a clock that the test moves. Clients register
 * at ports of their own; whether one refuses is up to `dial`.
 */
class TestService implements AsyncDisposable {
  readonly dial = new FakeDial();
  nowMs = 0;
  readonly #store = openEmbeddedStore(":memory:");
  readonly service: RegistryService;

  constructor({ isStoreDelayed = false, timings }: TestOptions = {}) {
    this.service = new RegistryService({
      identity: Identity.generate(),
      plain: true,
      store: isStoreDelayed ? delayed(this.#store) : this.#store,
      allowed: undefined,
      rates: REGISTRY_RATES,
      timings: { ...REGISTRY_TIMINGS, ...timings },
      clock: () => this.nowMs,
      dial: this.dial.dial,
      log: () => {},
    });
  }

  /** Moves the clock on. */
  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
    this.service.tick();
  }

  /** The reply to a request of the plain protocol, at once or later. */
  ask(request: string, host = LOOPBACK): string | Promise<string> {
    const reader = new MessageReader({ skipStrayLines: () => true });
    reader.push(new TextEncoder().encode(`${request}\r\n\r\n`));
    const message = reader.next();
    if (message === undefined) throw new Error("half a request");
    return this.service.answer(message, { host, origin: originOf(host) });
  }

  async register(
    clientID: string,
    port: number,
    { host = LOOPBACK, ip = LOOPBACK } = {},
  ): Promise<void> {
    const reply = await this.ask(
      `REGISTER\r\nclientID: ${clientID}\r\nIP: ${ip}\r\nPort: ${port}`,
      host,
    );
    assertEquals(reply.split("\r\n")[0], "REGACK");
  }

  /** Registers clients at the ports 1, 2 and so on. */
  async registerAll(...clientIDs: string[]): Promise<void> {
    for (const [n, clientID] of clientIDs.entries()) {
      await this.register(clientID, n + 1);
    }
  }

  /** Says what comes of dialling ports of loopback. */
  answer(answer: DialAnswer | Promise<DialAnswer>, ...ports: number[]): void {
    for (const port of ports) {
      this.dial.answers.set(`${LOOPBACK}:${port}`, answer);
    }
  }

  /** The client that a BRIDGE of a client names. */
  async bridge(clientID: string, host = LOOPBACK): Promise<string> {
    return named(await this.ask(`BRIDGE\r\nclientID: ${clientID}`, host));
  }

  /** The client that a BRIDGE in the secure mode names. */
  async bridgeSecurely(): Promise<string | undefined> {
    const session = {
      ref: { id: "1", key: "A" },
      host: LOOPBACK,
      origin: originOf(LOOPBACK),
      clientID: "anna",
      listing: undefined,
      mailNotified: false,
    };
    const request = new Message("BRIDGE");
    const reply = await answerSecure(this.service, session, request);
    return reply.get("clientID");
  }

  /** Registers a client in the secure mode. */
  registerSecurely(clientID: string, port: number): void {
    const session = { id: clientID, key: clientID };
    const place = { host: LOOPBACK, port, plain: true };
    this.#store.directory.leaseToSession(clientID, session, place, 0);
  }

  /** Ends the registration of a client in the secure mode. */
  leaveSecurely(clientID: string): void {
    const session = { id: clientID, key: clientID };
    this.#store.directory.release(clientID, session, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.close();
    this.#store[Symbol.dispose]();
  }
}

/** The client in a BRIDGEACK. */
function named(reply: string): string {
  return /^BRIDGEACK\r\nclientID: (.*)\r\n/.exec(reply)?.[1] ?? reply;
}

/** The addresses of ports of loopback. */
function ports(...ports: number[]): string[] {
  return ports.map((port) => `${LOOPBACK}:${port}`);
}

for (const isStoreDelayed of [false, true]) {
  const store = isStoreDelayed ? "a store that answers later" : "any store";

  Deno.test(`a client that refuses a connection is offered last, in plain and in the secure mode, with ${store}`, async () => {
    await using registry = new TestService({ isStoreDelayed });
    await registry.registerAll("ghost", "alice", "bob", "carol");
    registry.answer("accepted", 2, 3, 4);
    for (const expected of ["bob", "carol", "bob", "carol"]) {
      assertEquals(await registry.bridge("alice"), expected);
    }
    registry.registerSecurely("anna", 9);
    for (const expected of ["alice", "bob", "carol", "alice"]) {
      assertEquals(await registry.bridgeSecurely(), expected);
    }
  });
}

Deno.test("in the secure mode, too, a BRIDGE checks a client that has registered in plain", async () => {
  await using registry = new TestService();
  registry.registerSecurely("anna", 9);
  await registry.registerAll("ghost", "bob", "carol");
  registry.answer("accepted", 2, 3);
  assertEquals(await registry.bridgeSecurely(), "bob");
  assertEquals(registry.dial.dialled, ports(1, 2));
});

Deno.test("a client that refuses a connection is still named by BRIDGE with a target and by INFO, and its registration lasts as long", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob");
  registry.answer("accepted", 3);
  registry.pass(1);
  assertEquals(await registry.bridge("alice"), "bob");
  registry.pass(PLAIN_LEASE_S - 2);
  const target = "BRIDGE\r\nclientID: alice\r\ntarget: ghost";
  assertEquals(named(await registry.ask(target)), "ghost");
  const info = await registry.ask("INFO");
  assertEquals(
    info.split("\r\n\r\n")[1]?.split("\r\n")[0],
    "ghost 127.0.0.1:1",
  );
});

Deno.test("only a refused connection has a client offered last", async () => {
  const others: DialFailure[] = [
    "timeout",
    "reset",
    "lookup",
    "aborted",
    "other",
  ];
  for (const answer of [...others, "accepted"] as const) {
    await using registry = new TestService();
    await registry.registerAll("bob", "alice", "carol");
    registry.answer(answer, 1, 3);
    for (const expected of ["bob", "carol", "bob"]) {
      assertEquals(await registry.bridge("alice"), expected, answer);
    }
    assertEquals(registry.dial.dialled, ports(1, 3), answer);
  }
});

Deno.test("a check closes the connection that it has opened, and writes nothing", async () => {
  await using registry = new TestService();
  await registry.registerAll("bob", "alice", "carol");
  registry.answer("accepted", 1, 3);
  await registry.bridge("alice");
  // What a check gets from `dial` has nothing but `close`.
  assertEquals([registry.dial.opened, registry.dial.closed], [1, 1]);
});

Deno.test("a client is checked once a minute at most, however often it is to be offered", async () => {
  await using registry = new TestService();
  await registry.registerAll("bob", "alice", "carol");
  registry.answer("accepted", 1, 3);
  for (let second = 0; second < 60; second++) {
    assertEquals(await registry.bridge("alice"), "bob");
    assertEquals(await registry.bridge("alice"), "carol");
    assertEquals(registry.dial.takeDialled(), second > 0 ? [] : ports(1, 3));
    registry.pass(1);
  }
  await registry.bridge("alice");
  assertEquals(registry.dial.takeDialled(), ports(1));
});

Deno.test("a client that registers again and again is checked once a minute at most, also at another port", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob", "carol");
  registry.answer("accepted", 3, 4);
  await registry.bridge("alice");
  await registry.bridge("alice");
  registry.dial.takeDialled();
  for (let port = 10; port < 69; port++) {
    registry.pass(1);
    await registry.register("ghost", port);
    for (const expected of ["ghost", "bob", "carol"]) {
      assertEquals(await registry.bridge("alice"), expected);
    }
    assertEquals(registry.dial.takeDialled(), []);
  }
  registry.pass(1);
  assertEquals(await registry.bridge("alice"), "bob");
  assertEquals(registry.dial.takeDialled()[0], "127.0.0.1:68");
});

Deno.test("a client that moves to another port while it is checked is not checked there, and has its turn", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob", "carol");
  const answer = Promise.withResolvers<DialAnswer>();
  registry.answer(answer.promise, 1);
  registry.answer("accepted", 3, 4);
  const bridged = registry.bridge("alice");
  await registry.register("ghost", 9);
  assertEquals(await registry.bridge("mallory"), "ghost");
  answer.resolve("refused");
  assertEquals(await bridged, "bob");
  assertEquals(await registry.bridge("mallory"), "ghost");
  assertEquals(registry.dial.dialled, ports(1, 3));
});

Deno.test("an address is checked once a minute at most, whichever clients have registered it", async () => {
  await using registry = new TestService();
  const clientIDs = ["bob", "bob2", "bob3"];
  for (const clientID of clientIDs) await registry.register(clientID, 1);
  await registry.register("alice", 2);
  registry.answer("accepted", 1);
  for (const expected of clientIDs) {
    assertEquals(await registry.bridge("alice"), expected);
  }
  assertEquals(registry.dial.dialled, ports(1));
});

Deno.test("all clients at an address that refuses are offered last after one check", async () => {
  await using registry = new TestService();
  for (const clientID of ["old1", "old2", "old3"]) {
    await registry.register(clientID, 1);
  }
  await registry.register("alice", 2);
  await registry.register("bob", 3);
  assertEquals(await registry.bridge("alice"), "bob");
  assertEquals(registry.dial.dialled, ports(1));
});

Deno.test("a client that registers at an address that has refused is offered in its turn", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob", "carol");
  registry.answer("accepted", 3, 4);
  assertEquals(await registry.bridge("alice"), "bob");
  await registry.register("dave", 1);
  assertEquals(await registry.bridge("alice"), "carol");
  assertEquals(await registry.bridge("alice"), "dave");
  assertEquals(registry.dial.dialled, ports(1, 3, 4));
});

Deno.test("a REGISTER has a client offered in its turn again, also one that comes during the check", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob", "carol");
  registry.answer("accepted", 3, 4);
  assertEquals(await registry.bridge("alice"), "bob");
  await registry.register("ghost", 1);
  for (const expected of ["carol", "ghost", "bob"]) {
    assertEquals(await registry.bridge("alice"), expected);
  }
  registry.pass(60);
  const answer = Promise.withResolvers<DialAnswer>();
  registry.answer(answer.promise, 1);
  assertEquals(await registry.bridge("alice"), "carol");
  const bridged = registry.bridge("alice");
  await registry.register("ghost", 1);
  answer.resolve("refused");
  assertEquals(await bridged, "ghost");
  for (const expected of ["bob", "carol", "ghost"]) {
    assertEquals(await registry.bridge("alice"), expected);
  }
});

Deno.test("a client that refused, and that a later check finds there, is offered in its turn again", async () => {
  await using registry = new TestService();
  await registry.registerAll("bob", "alice", "carol");
  registry.registerSecurely("anna", 9);
  assertEquals(await registry.bridge("alice"), "anna");
  assertEquals(registry.dial.takeDialled(), ports(1, 3));
  registry.answer("accepted", 3);
  registry.leaveSecurely("anna");
  registry.pass(60);
  assertEquals(await registry.bridge("alice"), "carol");
  assertEquals(registry.dial.takeDialled(), ports(1, 3));
  assertEquals(await registry.bridge("alice"), "carol");
});

Deno.test("a client is not checked if there is no other one, nor if all others have refused", async () => {
  await using registry = new TestService();
  await registry.registerAll("bob", "alice");
  for (let n = 0; n < 3; n++) {
    assertEquals(await registry.bridge("alice"), "bob");
  }
  assertEquals(registry.dial.dialled, []);
  await registry.register("carol", 3);
  registry.answer("accepted", 3);
  for (let n = 0; n < 3; n++) {
    assertEquals(await registry.bridge("alice"), "carol");
    assertEquals(registry.dial.takeDialled(), [ports(3), ports(1), []][n]);
    if (n === 1) registry.pass(60);
  }
});

Deno.test("BRIDGE with a target, INFO and REGISTER check no client", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob");
  await registry.ask("BRIDGE\r\nclientID: alice\r\ntarget: ghost");
  await registry.ask("INFO");
  await registry.register("ghost", 1);
  assertEquals(registry.dial.dialled, []);
});

Deno.test("a client that registers from another machine is checked at the address of its REGISTER only, whatever IP that names", async () => {
  for (const ip of [ELSEWHERE, LOOPBACK, "127.0.0.2", "localhost", "x"]) {
    await using registry = new TestService();
    await registry.register("ghost", 5000, { host: THERE, ip });
    await registry.registerAll("alice", "bob");
    assertEquals(await registry.bridge("alice"), "bob");
    assertEquals(registry.dial.dialled, [`${THERE}:5000`], ip);
  }
});

Deno.test("a client that registers from loopback is checked on loopback only, whatever IP it names", async () => {
  for (const ip of [ELSEWHERE, "localhost", "2001:db8::1", "x"]) {
    await using registry = new TestService();
    await registry.register("ghost", 5000, { ip });
    await registry.registerAll("alice", "bob");
    assertEquals(await registry.bridge("alice"), "bob");
    assertEquals(registry.dial.dialled, ports(5000), ip);
  }
});

Deno.test("a client that has registered in the secure mode is never checked", async () => {
  await using registry = new TestService();
  registry.registerSecurely("sarah", 1);
  registry.registerSecurely("simon", 2);
  registry.registerSecurely("anna", 3);
  for (const expected of ["sarah", "simon", "sarah"]) {
    assertEquals(await registry.bridgeSecurely(), expected);
  }
  await registry.register("alice", 4);
  for (const expected of ["sarah", "simon", "anna"]) {
    assertEquals(await registry.bridge("alice"), expected);
  }
  assertEquals(registry.dial.dialled, []);
});

Deno.test("behind 20 clients that are gone a BRIDGE finds the one that is there at the third try, with 8 checks each at most", async () => {
  await using registry = new TestService();
  const gone = Array.from({ length: 20 }, (_, n) => `ghost${n}`);
  await registry.registerAll(...gone, "bob", "alice");
  registry.answer("accepted", 21);
  const found: string[] = [];
  const checks: number[] = [];
  for (let n = 0; n < 4; n++) {
    found.push(await registry.bridge("alice"));
    checks.push(registry.dial.takeDialled().length);
  }
  // After 8 checks the next one is offered unchecked, and checked in its turn.
  assertEquals(found, ["ghost8", "ghost17", "bob", "bob"]);
  assertEquals(checks, [8, 8, 3, 2]);
});

Deno.test("requests that come at once share the check of a client", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob", "carol");
  registry.answer("accepted", 2, 3, 4);
  const bridged = Array.from({ length: 20 }, () => registry.bridge("mallory"));
  assertEquals(new Set(await Promise.all(bridged)), new Set(["alice"]));
  assertEquals(registry.dial.dialled, ports(1, 2));
});

Deno.test("a BRIDGE does not wait for a check that takes long, and a refusal that comes later counts", async () => {
  await using registry = new TestService({ timings: { checkWaitMs: 20 } });
  await registry.registerAll("ghost", "alice", "bob", "carol");
  registry.answer("accepted", 3, 4);
  const answer = Promise.withResolvers<DialAnswer>();
  registry.answer(answer.promise, 1);
  const before = performance.now();
  assertEquals(await registry.bridge("alice"), "ghost");
  assertEquals(performance.now() - before < SOON_MS, true);
  answer.resolve("refused");
  for (const expected of ["bob", "carol", "bob"]) {
    assertEquals(await registry.bridge("alice"), expected);
  }
});

Deno.test("a BRIDGE that has waited for 300 ms in all checks no further client", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost1", "ghost2", "ghost3", "alice", "bob");
  registry.dial.onDial = () => registry.nowMs += 150;
  assertEquals(await registry.bridge("alice"), "ghost3");
  assertEquals(registry.dial.dialled, ports(1, 2));
});

Deno.test("a registry that closes gives up its checks, and makes no more", async () => {
  await using registry = new TestService();
  await registry.registerAll("ghost", "alice", "bob", "carol");
  registry.answer(new Promise(() => {}), 1);
  const bridged = registry.bridge("alice");
  assertEquals(registry.dial.dialling, 1);
  await registry.service.close();
  assertEquals(registry.dial.dialling, 0);
  assertEquals(await bridged, "ghost");
  assertEquals(await registry.bridge("alice"), "bob");
  assertEquals(registry.dial.dialled, ports(1));
});

Deno.test("where no check is due a BRIDGE in plain is answered at once", async () => {
  await using registry = new TestService();
  const bridge = () => typeof registry.ask("BRIDGE\r\nclientID: alice");
  await registry.registerAll("alice", "bob");
  assertEquals(bridge(), "string");
  await registry.registerAll("alice", "bob", "carol");
  registry.answer("accepted", 2, 3);
  assertEquals(bridge(), "object");
  assertEquals(bridge(), "object");
  await Promise.resolve();
  await registry.bridge("alice");
  for (let n = 0; n < 3; n++) assertEquals(bridge(), "string");
});
