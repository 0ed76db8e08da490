import { assert, assertEquals, assertMatch } from "@std/assert";
import { originOf } from "../../../lib/net/mod.ts";
import {
  ConnectionLimits,
  MAX_CONNECTIONS_PER_ADDRESS,
} from "../../../lib/registry/policy/connection_limits.ts";

Deno.test("the total number of connections is limited", () => {
  const count = new ConnectionLimits(2);
  assertEquals(count.enter(originOf("127.0.0.1")), undefined);
  assertEquals(count.enter(originOf("192.0.2.1")), undefined);
  assertMatch(
    count.enter(originOf("192.0.2.2")) ?? "",
    /is full, with 2 connections/,
  );
  count.leave(originOf("127.0.0.1"));
  assertEquals(count.enter(originOf("192.0.2.2")), undefined);
});

Deno.test("the connections of one address are limited, and a closed one makes room for another", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 0; n < MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter(originOf("192.0.2.1")), undefined);
  }
  assertMatch(count.enter(originOf("192.0.2.1")) ?? "", /your address/);
  assertEquals(count.enter(originOf("192.0.2.2")), undefined);
  count.leave(originOf("192.0.2.1"));
  assertEquals(count.enter(originOf("192.0.2.1")), undefined);
});

Deno.test("the addresses of an IPv6 network of 64 bits share one limit", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 1; n <= MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(
      count.enter(originOf(`2001:db8::${n.toString(16)}`)),
      undefined,
    );
  }
  assertMatch(count.enter(originOf("2001:db8::ffff")) ?? "", /your address/);
  assertEquals(count.enter(originOf("2001:db8:0:1::1")), undefined);
  count.leave(originOf("2001:db8::1"));
  assertEquals(count.enter(originOf("2001:db8::ffff")), undefined);
});

Deno.test("the connections from loopback are limited in total only", () => {
  const count = new ConnectionLimits(10_000);
  for (let n = 0; n < 2 * MAX_CONNECTIONS_PER_ADDRESS; n++) {
    assertEquals(count.enter(originOf("127.0.0.1")), undefined);
  }
});

/** How many connections an address can open. */
function fill(count: ConnectionLimits, host: string): number {
  const origin = originOf(host);
  for (let open = 0;; open++) {
    if (count.enter(origin) !== undefined) return open;
  }
}

Deno.test("IPv6 networks of 56 and 48 bits have twice and four times the connections of one of 64", () => {
  const count = new ConnectionLimits(10_000);
  const open = (network: string) => fill(count, `2001:db8:0:${network}::1`);
  assertEquals(["0", "1", "2"].map(open), [256, 256, 0]);
  assertEquals(["100", "101", "102"].map(open), [256, 256, 0]);
  assertEquals(open("200"), 0);
  assertEquals(fill(count, "2001:db8:1::1"), 256);
});

Deno.test("one address has at most a sixteenth of the places, and 64 addresses do not have all, where there are few", () => {
  const max = 940; // about what `ulimit -n 1024` allows
  const count = new ConnectionLimits(max);
  for (let n = 0; n < 64; n++) {
    const open = fill(count, `192.0.2.${n}`);
    assert(open <= max / 16, `address ${n} has ${open}`);
  }
  for (let n = 64; n < 70; n++) assertEquals(fill(count, `192.0.2.${n}`), 2);
});

Deno.test("the places of a network that has all of its own are made by closing one of its connections", () => {
  const count = new ConnectionLimits(10_000);
  const origin = originOf("2001:db8:0:2::1");
  assertEquals(count.fullNetwork(origin), undefined);
  for (const network of ["0", "1"]) fill(count, `2001:db8:0:${network}::1`);
  assertEquals(count.fullNetwork(origin), "2001:db8:0:0::/56");
  fill(count, "2001:db8:0:3::1");
  const full = new ConnectionLimits(1);
  full.enter([]);
  assertEquals(full.fullNetwork(origin), undefined);
});
