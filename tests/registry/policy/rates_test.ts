import { assertEquals, assertThrows } from "@std/assert";
import { RateLimitError } from "../../../lib/registry/errors.ts";
import {
  ClientRates,
  REGISTRY_RATES,
} from "../../../lib/registry/policy/rates.ts";

const RARE = { perSecond: 0.1, burst: 2 };
const RARELY = {
  handshakes: RARE,
  requests: RARE,
  bridges: RARE,
  claims: RARE,
  depositedBytes: { perSecond: 10, burst: 200 },
  collectedBytes: { perSecond: 10, burst: 200 },
};

/** How often something is allowed before it is too much. */
function times(act: (n: number) => void): number {
  for (let n = 0;; n++) {
    try {
      act(n);
    } catch (error) {
      if (!(error instanceof RateLimitError)) throw error;
      return n;
    }
  }
}

Deno.test("handshakes are limited for each address", () => {
  const rates = new ClientRates(RARELY);
  assertEquals(times(() => rates.countHandshake("192.0.2.1")), 2);
  assertEquals(times(() => rates.countHandshake("192.0.2.2")), 2);
});

Deno.test("requests are limited for each key at all its addresses, and for each address over all its keys", () => {
  const rates = new ClientRates(RARELY);
  assertEquals(times((n) => rates.countRequest(`192.0.2.${n}`, "A")), 2);
  assertEquals(times((n) => rates.countRequest("198.51.100.1", `B${n}`)), 2);
  assertEquals(times(() => rates.countRequest("198.51.100.1")), 0);
});

Deno.test("bridges and claims are limited for each key, and to ten times that for each address", () => {
  const rates = new ClientRates(RARELY);
  for (const method of ["countBridge", "countClaim"] as const) {
    const act = (host: string, key: string) => rates[method](host, key);
    assertEquals(times((n) => act(`192.0.2.${n}`, "A")), 2);
    assertEquals(times((n) => act("198.51.100.1", `B${n}`)), 20);
  }
});

Deno.test("the bytes of letters are limited for each key, and to ten times that for each address", () => {
  const rates = new ClientRates(RARELY);
  const leave = (host: string, key: string) =>
    rates.countDeposit(host, key, 50);
  assertEquals(times((n) => leave(`192.0.2.${n}`, "A")), 4);
  assertEquals(times((n) => leave("198.51.100.1", `B${n}`)), 40);
  const collect = (host: string, key: string) => {
    rates.checkCollect(host, key);
    rates.countCollected(host, key, 50);
  };
  assertEquals(times((n) => collect(`192.0.2.${n}`, "A")), 4);
  assertEquals(times((n) => collect("198.51.100.1", `B${n}`)), 40);
  assertEquals(times(() => collect("127.0.0.1", "C")), 4);
});

Deno.test("a key that has left a letter over its rate waits until that is made up for", () => {
  let nowMs = 0;
  const rates = new ClientRates(RARELY, { clock: () => nowMs });
  const leave = () => rates.countDeposit("192.0.2.1", "A", 300);
  leave();
  const { waitMs } = assertThrows(leave, RateLimitError);
  assertEquals(waitMs, 10_100);
  nowMs = waitMs - 1;
  assertThrows(leave, RateLimitError);
  nowMs = waitMs;
  leave();
});

Deno.test("an IPv6 network of 64 bits counts as one address", () => {
  const rates = new ClientRates(RARELY);
  assertEquals(times((n) => rates.countHandshake(`2001:db8::${n + 1}`)), 2);
  assertEquals(times((n) => rates.countHandshake(`2001:db8:0:1::${n + 1}`)), 2);
});

Deno.test("loopback addresses are not limited, but the keys there are", () => {
  const rates = new ClientRates(RARELY);
  for (let n = 0; n < 100; n++) {
    for (const host of ["127.0.0.1", "::1"]) {
      rates.countHandshake(host);
      rates.countRequest(host, `A${n}`);
      rates.countBridge(host, `A${n}`);
    }
  }
  assertEquals(times(() => rates.countRequest("127.0.0.1", "B")), 2);
});

Deno.test("the addresses that are exempt can be chosen", () => {
  const rates = new ClientRates(RARELY, {
    isExempt: (host) => host === "192.0.2.1",
  });
  for (let n = 0; n < 100; n++) rates.countHandshake("192.0.2.1");
  assertEquals(times(() => rates.countHandshake("127.0.0.1")), 2);
});

Deno.test("a rate limit error says how long to wait, in its message and in ms", () => {
  const rates = new ClientRates({ ...REGISTRY_RATES, handshakes: RARE });
  times(() => rates.countHandshake("192.0.2.1"));
  const error = assertThrows(
    () => rates.countHandshake("192.0.2.1"),
    RateLimitError,
  );
  assertEquals([error.code, Math.ceil(error.waitMs / 1000)], [429, 10]);
  assertEquals(error.message, "rate limit exceeded: wait 10 s");
});

Deno.test("sweeping leaves the clients that still have to wait", () => {
  const rates = new ClientRates(RARELY);
  times(() => rates.countHandshake("192.0.2.1"));
  rates.sweep();
  assertEquals(times(() => rates.countHandshake("192.0.2.1")), 0);
});
