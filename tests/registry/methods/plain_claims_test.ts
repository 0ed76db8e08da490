import { assertMatch } from "@std/assert";
import { MessageReader } from "../../../lib/framing/mod.ts";
import { originOf } from "../../../lib/net/mod.ts";
import {
  openEmbeddedStore,
  REGISTRY_RATES,
  REGISTRY_TIMINGS,
} from "../../../lib/registry/mod.ts";
import { toRegistryError } from "../../../lib/registry/errors.ts";
import { RegistryService } from "../../../lib/registry/service.ts";
import { Identity } from "../../../lib/secure/mod.ts";

/** A registry without a network, on a clock that the test moves. */
class Service implements Disposable {
  nowMs = 0;
  readonly store = openEmbeddedStore(":memory:");
  readonly service: RegistryService;

  constructor(rates = REGISTRY_RATES) {
    this.service = new RegistryService({
      plain: true,
      identity: Identity.generate(),
      store: this.store,
      allowed: undefined,
      rates,
      timings: REGISTRY_TIMINGS,
      clock: () => this.nowMs,
      log: () => {},
    });
  }

  /** What a REGISTER of a client at a host is answered: its first two lines. */
  async register(clientID: string, host: string): Promise<string> {
    const reader = new MessageReader();
    const lines = ["REGISTER", `clientID: ${clientID}`, "IP: x", "Port: 1"];
    reader.push(new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`));
    const message = reader.next();
    if (message === undefined) throw new Error("half a request");
    const client = { host, origin: originOf(host) };
    try {
      const reply = await this.service.answer(message, client);
      return reply.split("\r\n").slice(0, 2).join(" ");
    } catch (error) {
      const { code, message } = toRegistryError(error) ?? {};
      if (code === undefined) throw error;
      return `${code} ${message}`;
    }
  }

  /** Moves the clock on. */
  pass(seconds: number): void {
    this.nowMs += seconds * 1000;
    this.service.tick();
  }

  [Symbol.dispose](): void {
    this.store[Symbol.dispose]();
  }
}

Deno.test("one address registers eight client IDs in plain, and may renew each", async () => {
  using registry = new Service();
  for (let n = 0; n < 8; n++) {
    assertMatch(await registry.register(`a${n}`, "192.0.2.1"), /^REGACK/);
  }
  assertMatch(await registry.register("a8", "192.0.2.1"), /^429 .*too many/);
  assertMatch(await registry.register("a8", "192.0.2.2"), /^REGACK/);
  registry.pass(3000);
  assertMatch(await registry.register("a0", "192.0.2.1"), /^REGACK/);
  assertMatch(await registry.register("b", "192.0.2.1"), /^429/);
  registry.pass(600);
  assertMatch(await registry.register("b", "192.0.2.1"), /^REGACK/);
});

Deno.test("client IDs in plain count among the claims of their address, renewals do not", async () => {
  const claims = { perSecond: 0.01, burst: 0.4 };
  using registry = new Service({ ...REGISTRY_RATES, claims });
  for (let n = 0; n < 4; n++) {
    assertMatch(await registry.register(`a${n}`, "192.0.2.1"), /^REGACK/);
  }
  for (let n = 0; n < 100; n++) {
    assertMatch(await registry.register(`a${n % 4}`, "192.0.2.1"), /^REGACK/);
  }
  assertMatch(await registry.register("a4", "192.0.2.1"), /^429 rate limit/);
  assertMatch(await registry.register("a4", "192.0.2.2"), /^REGACK/);
  registry.pass(10);
  assertMatch(await registry.register("a5", "192.0.2.1"), /^REGACK/);
});

Deno.test("an ID that is refused in plain counts for nothing", async () => {
  using registry = new Service();
  await registry.store.claims.claim("owned", "A", 0);
  for (let n = 0; n < 20; n++) {
    assertMatch(await registry.register("owned", "192.0.2.1"), /^403/);
  }
  await registry.register("held", "192.0.2.2");
  for (let n = 0; n < 20; n++) {
    assertMatch(await registry.register("held", "192.0.2.1"), /^409/);
  }
  for (let n = 0; n < 8; n++) {
    assertMatch(await registry.register(`a${n}`, "192.0.2.1"), /^REGACK/);
  }
});

Deno.test("on loopback any number of client IDs may be registered in plain", async () => {
  using registry = new Service();
  for (let n = 0; n < 300; n++) {
    assertMatch(await registry.register(`a${n}`, "127.0.0.1"), /^REGACK/);
  }
});
