import { assertEquals, assertMatch } from "@std/assert";
import {
  ConnectionLimits,
  MAX_CONNECTIONS_PER_ADDRESS,
} from "../../../lib/registry/policy/connection_limits.ts";

Deno.test("no more connections come in than the registry holds", () => {
  const count = new ConnectionLimits(2);
  assertEquals(count.enter("127.0.0.1"), undefined);
  assertEquals(count.enter("192.0.2.1"), undefined);
  assertMatch(count.enter("192.0.2.2") ?? "", /is full, with 2 connections/);
  count.leave("127.0.0.1");
  assertEquals(count.enter("192.0.2.2"), undefined);
});

Deno.test("one address gets only its share, and it back when it leaves", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 0; n < MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter("192.0.2.1"), undefined);
  }
  assertMatch(count.enter("192.0.2.1") ?? "", /your address/);
  assertEquals(count.enter("192.0.2.2"), undefined);
  count.leave("192.0.2.1");
  assertEquals(count.enter("192.0.2.1"), undefined);
});

Deno.test("an IPv6 network of 64 bits has one share between its addresses", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 1; n <= MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter(`2001:db8::${n.toString(16)}`), undefined);
  }
  assertMatch(count.enter("2001:db8::ffff") ?? "", /your address/);
  assertEquals(count.enter("2001:db8:0:1::1"), undefined);
  count.leave("2001:db8::1");
  assertEquals(count.enter("2001:db8::ffff"), undefined);
});

Deno.test("loopback has no share of its own", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 0; n < 2 * MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter("127.0.0.1"), undefined);
  }
});
