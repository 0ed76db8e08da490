import { assertEquals, assertMatch } from "@std/assert";
import {
  ConnectionLimits,
  MAX_CONNECTIONS_PER_ADDRESS,
} from "../../../lib/registry/policy/connection_limits.ts";

Deno.test("the total number of connections is limited", () => {
  const count = new ConnectionLimits(2);
  assertEquals(count.enter("127.0.0.1"), undefined);
  assertEquals(count.enter("192.0.2.1"), undefined);
  assertMatch(count.enter("192.0.2.2") ?? "", /is full, with 2 connections/);
  count.leave("127.0.0.1");
  assertEquals(count.enter("192.0.2.2"), undefined);
});

Deno.test("the connections of one address are limited, and a closed one makes room for another", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 0; n < MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter("192.0.2.1"), undefined);
  }
  assertMatch(count.enter("192.0.2.1") ?? "", /your address/);
  assertEquals(count.enter("192.0.2.2"), undefined);
  count.leave("192.0.2.1");
  assertEquals(count.enter("192.0.2.1"), undefined);
});

Deno.test("the addresses of an IPv6 network of 64 bits share one limit", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 1; n <= MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter(`2001:db8::${n.toString(16)}`), undefined);
  }
  assertMatch(count.enter("2001:db8::ffff") ?? "", /your address/);
  assertEquals(count.enter("2001:db8:0:1::1"), undefined);
  count.leave("2001:db8::1");
  assertEquals(count.enter("2001:db8::ffff"), undefined);
});

Deno.test("the connections from loopback are limited in total only", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 0; n < 2 * MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter("127.0.0.1"), undefined);
  }
});
