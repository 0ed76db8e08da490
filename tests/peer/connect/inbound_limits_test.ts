import { assert, assertEquals } from "@std/assert";
import { InboundLimits } from "../../../lib/peer/connect/inbound_limits.ts";

/** How many of so many connections are accepted at a time, in s. */
function come(
  limits: InboundLimits,
  count: number,
  from: (n: number) => string,
  seconds = 0,
): number {
  let came = 0;
  for (let n = 0; n < count; n++) {
    if (limits.enter(from(n), seconds * 1000)) came++;
  }
  return came;
}

Deno.test("one address may open a burst of connections, and another address still gets in", () => {
  const limits = new InboundLimits();
  assertEquals(come(limits, 100, () => "192.0.2.1"), 32);
  assertEquals(come(limits, 100, () => "192.0.2.1", 1000), 0);
  assertEquals(come(limits, 100, () => "192.0.2.2"), 32);
  limits.leave("192.0.2.1");
  assertEquals(come(limits, 100, () => "192.0.2.1", 1000), 1);
});

Deno.test("an address that has used up its burst may connect once a second", () => {
  const limits = new InboundLimits();
  let came = 0;
  for (let n = 0; n < 1000; n++) {
    if (!limits.enter("192.0.2.1", n * 100)) continue;
    limits.leave("192.0.2.1");
    came++;
  }
  assert(came >= 100 + 30 && came <= 100 + 33, String(came));
});

Deno.test("an IPv6 network of 64 bits counts as one address", () => {
  const limits = new InboundLimits();
  assertEquals(come(limits, 100, (n) => `2001:db8::${n}`), 32);
  assertEquals(come(limits, 100, (n) => `2001:db8:0:1::${n}`), 32);
});

Deno.test("IPv6 networks of 56 and 48 bits have twice and four times the connections of one of 64", () => {
  const limits = new InboundLimits();
  const open = (network: string) =>
    come(limits, 100, (n) => `2001:db8:0:${network}::${n}`);
  assertEquals(["0", "1", "2"].map(open), [32, 32, 0]);
  assertEquals(["100", "101", "200"].map(open), [32, 32, 0]);
  assertEquals(come(limits, 100, (n) => `2001:db8:1::${n}`), 32);
});

Deno.test("loopback has no limit per address, only the total one", () => {
  const limits = new InboundLimits();
  assertEquals(come(limits, 300, () => "127.0.0.1"), 256);
  assertEquals(come(limits, 1, () => "192.0.2.1"), 0);
  limits.leave("127.0.0.1");
  assertEquals(come(limits, 1, () => "192.0.2.1"), 1);
});

Deno.test("addresses with a full bucket are forgotten, and those that have to wait are not", () => {
  const limits = new InboundLimits();
  assertEquals(come(limits, 40, () => "192.0.2.1"), 32);
  for (let n = 0; n < 32; n++) limits.leave("192.0.2.1");
  for (let n = 0; n < 5000; n++) {
    const host = `198.51.${n >> 8}.${n & 255}`;
    assert(limits.enter(host, n));
    limits.leave(host);
  }
  assertEquals(come(limits, 40, () => "192.0.2.1", 5), 5);
});
