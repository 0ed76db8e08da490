import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { originOf } from "../../../lib/net/mod.ts";
import { MAX_LETTER_BYTES } from "../../../lib/protocol/mod.ts";
import { RateLimitError } from "../../../lib/registry/errors.ts";
import {
  ClientRates,
  REGISTRY_RATES,
} from "../../../lib/registry/policy/rates.ts";
import {
  DEFAULT_MAX_MAIL_BYTES,
  storedBytes,
} from "../../../lib/registry/store/mod.ts";

const MIB = 1024 * 1024;
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

/** The origin of the n-th of some addresses. */
function from(n: number, network = "192.0.2."): readonly string[] {
  return originOf(`${network}${n}`);
}

const HERE = originOf("198.51.100.1");

Deno.test("handshakes are limited for each address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  assertEquals(times(() => rates.countHandshake(from(1))), 2);
  assertEquals(times(() => rates.countHandshake(from(2))), 2);
});

Deno.test("requests are limited for each key, and in plain for each address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  assertEquals(times(() => rates.countRequest("A")), 2);
  assertEquals(times(() => rates.countRequest("B")), 2);
  assertEquals(times(() => rates.countPlainRequest(from(1))), 2);
  assertEquals(times(() => rates.countPlainRequest(from(2))), 2);
});

Deno.test("bridges are limited for each key", () => {
  const rates = new ClientRates(RARELY, () => 0);
  assertEquals(times(() => rates.countBridge("A")), 2);
  assertEquals(times(() => rates.countBridge("B")), 2);
});

Deno.test("claims are limited for each key at all its addresses, and to ten times that for each address over all its keys", () => {
  const rates = new ClientRates(RARELY, () => 0);
  assertEquals(times((n) => rates.countClaim(from(n), "A")), 2);
  assertEquals(times((n) => rates.countClaim(HERE, `B${n}`)), 20);
});

Deno.test("registrations in plain count among the claims of their address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  assertEquals(times((n) => rates.countClaim(HERE, `A${n % 6}`)), 12);
  assertEquals(times(() => rates.countPlainClaim(HERE)), 8);
  assertEquals(times(() => rates.countClaim(HERE, "B")), 0);
  for (let n = 0; n < 100; n++) rates.countPlainClaim(originOf("127.0.0.1"));
});

Deno.test("the bytes of letters are limited for each key, and to ten times that for each address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  const leave = (origin: readonly string[], key: string) =>
    rates.countDeposit(origin, key, 50);
  assertEquals(times((n) => leave(from(n), "A")), 4);
  assertEquals(times((n) => leave(HERE, `B${n}`)), 40);
  const collect = (origin: readonly string[], key: string) => {
    rates.checkCollect(origin, key);
    rates.countCollected(origin, key, 50);
  };
  assertEquals(times((n) => collect(from(n), "A")), 4);
  assertEquals(times((n) => collect(HERE, `B${n}`)), 40);
  assertEquals(times(() => collect(originOf("127.0.0.1"), "C")), 4);
});

/**
 * How many bytes an address can leave in letters of the largest size, under any
 * number of keys, each second.
 */
function leaveAll(keys: number, seconds: number): number {
  let nowMs = 0;
  const rates = new ClientRates(REGISTRY_RATES, () => nowMs);
  const size = storedBytes(MAX_LETTER_BYTES);
  let bytes = 0;
  for (; nowMs <= seconds * 1000; nowMs += 1000) {
    for (let key = 0; key < keys; key++) {
      bytes += size * times(() => rates.countDeposit(HERE, `${key}`, size));
    }
    rates.sweep();
  }
  return bytes;
}

Deno.test("90 keys at one address leave less than 21 MiB in 11 s", () => {
  assertLess(leaveAll(90, 11), 21 * MIB);
});

Deno.test("one address takes more than a day to leave what a registry stores in all", () => {
  assertLess(leaveAll(10, 24 * 3600), DEFAULT_MAX_MAIL_BYTES);
});

Deno.test("what a key asks over its rate takes nothing from the others of its address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  for (let n = 0; n < 100; n++) {
    times(() => rates.countClaim(HERE, "A"));
    times(() => rates.countDeposit(HERE, "A", 50));
  }
  assertEquals(times((n) => rates.countClaim(HERE, `B${n}`)), 18);
  assertEquals(times((n) => rates.countDeposit(HERE, `B${n}`, 50)), 36);
});

Deno.test("a key that its address keeps waiting has lost nothing of its own", () => {
  let nowMs = 0;
  const rates = new ClientRates(RARELY, () => nowMs);
  times((n) => rates.countClaim(HERE, `A${n}`));
  for (let n = 0; n < 10; n++) times(() => rates.countClaim(HERE, "B"));
  nowMs = 10_000;
  assertEquals(times(() => rates.countClaim(HERE, "B")), 2);
});

Deno.test("a key that has left a letter over its rate waits until that is made up for", () => {
  let nowMs = 0;
  const rates = new ClientRates(RARELY, () => nowMs);
  const leave = () => rates.countDeposit(from(1), "A", 300);
  leave();
  const { waitMs } = assertThrows(leave, RateLimitError);
  assertEquals(waitMs, 10_100);
  nowMs = waitMs - 1;
  assertThrows(leave, RateLimitError);
  nowMs = waitMs;
  leave();
});

Deno.test("an IPv6 network of 64 bits counts as one address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  const shake = (network: string) =>
    times((n) => rates.countHandshake(from(n + 1, network)));
  assertEquals(shake("2001:db8::"), 2);
  assertEquals(shake("2001:db8:0:1::"), 2);
});

Deno.test("IPv6 networks of 56 and 48 bits have twice and four times the rates of an address", () => {
  const rates = new ClientRates(RARELY, () => 0);
  const acts: Record<string, [number, (from: readonly string[]) => void]> = {
    handshake: [2, (from) => rates.countHandshake(from)],
    plainRequest: [2, (from) => rates.countPlainRequest(from)],
    plainClaim: [20, (from) => rates.countPlainClaim(from)],
    claim: [20, (from) => rates.countClaim(from, crypto.randomUUID())],
    deposit: [20, (from) => rates.countDeposit(from, crypto.randomUUID(), 100)],
    collect: [20, (from) => {
      rates.checkCollect(from, crypto.randomUUID());
      rates.countCollected(from, crypto.randomUUID(), 100);
    }],
  };
  for (const [index, [what, [most, act]]] of Object.entries(acts).entries()) {
    const site = `2001:db8:${index}`;
    const all = (d: string) => times(() => act(originOf(`${site}:${d}::1`)));
    assertEquals(["0", "1", "2"].map(all), [most, most, 0], what);
    assertEquals(["100", "1ff", "100"].map(all), [most, most, 0], what);
    assertEquals(["200", "ff00"].map(all), [0, 0], what);
    assertEquals(
      times(() => act(originOf(`2001:db9:${index}::1`))),
      most,
      what,
    );
  }
});

Deno.test("loopback addresses are not limited, but the keys there are", () => {
  const rates = new ClientRates(RARELY, () => 0);
  for (let n = 0; n < 100; n++) {
    for (const host of ["127.0.0.1", "::1"]) {
      rates.countHandshake(originOf(host));
      rates.countPlainRequest(originOf(host));
      rates.countClaim(originOf(host), `A${n}${host}`);
    }
  }
  assertEquals(times(() => rates.countClaim(originOf("::1"), "B")), 2);
});

Deno.test("a rate limit error says how long to wait, in its message and in ms", () => {
  const rates = new ClientRates(
    { ...REGISTRY_RATES, handshakes: RARE },
    () => 0,
  );
  times(() => rates.countHandshake(from(1)));
  const error = assertThrows(
    () => rates.countHandshake(from(1)),
    RateLimitError,
  );
  assertEquals([error.code, Math.ceil(error.waitMs / 1000)], [429, 10]);
  assertEquals(error.message, "rate limit exceeded: wait 10 s");
});

Deno.test("sweeping leaves the clients that still have to wait", () => {
  const rates = new ClientRates(RARELY, () => 0);
  times(() => rates.countHandshake(from(1)));
  rates.sweep();
  assertEquals(times(() => rates.countHandshake(from(1))), 0);
});
