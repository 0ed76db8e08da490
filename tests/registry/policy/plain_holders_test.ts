import { assertEquals, assertThrows } from "@std/assert";
import { originOf } from "../../../lib/net/mod.ts";
import { RegistryError } from "../../../lib/registry/errors.ts";
import {
  MAX_PLAIN_IDS_PER_ADDRESS,
  PlainHolders,
} from "../../../lib/registry/policy/plain_holders.ts";

const HERE = originOf("192.0.2.1");

/** Holds IDs until no more are allowed, and returns how many those are. */
function fill(
  holders: PlainHolders,
  host: string,
  nowS = 0,
): number {
  const origin = originOf(host);
  for (let n = 0; n < 100; n++) {
    try {
      holders.check(origin);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      assertEquals(error.code, 429);
      return n;
    }
    holders.hold(`${host}-${nowS}-${n}`, origin, nowS);
  }
  return Infinity;
}

Deno.test("an address holds eight IDs in plain, and another as many", () => {
  const holders = new PlainHolders();
  assertEquals(MAX_PLAIN_IDS_PER_ADDRESS, 8);
  assertEquals(fill(holders, "192.0.2.1"), 8);
  assertEquals(fill(holders, "192.0.2.1"), 0);
  assertEquals(fill(holders, "192.0.2.2"), 8);
  assertEquals(fill(holders, "127.0.0.1"), Infinity);
  assertEquals(holders.size, 16);
});

Deno.test("IPv6 networks of 56 and 48 bits hold twice and four times as many as one of 64", () => {
  const holders = new PlainHolders();
  const held = (network: string) => fill(holders, `2001:db8:0:${network}::1`);
  assertEquals(["0", "1", "2"].map(held), [8, 8, 0]);
  assertEquals(["100", "101", "200"].map(held), [8, 8, 0]);
});

Deno.test("an ID is held until its lease ends, counted anew from each renewal", () => {
  const holders = new PlainHolders();
  fill(holders, "192.0.2.1");
  holders.hold("192.0.2.1-0-0", HERE, 1800);
  holders.sweep(3599);
  assertThrows(() => holders.check(HERE), RegistryError, "holds too many");
  holders.sweep(3600);
  assertEquals(holders.size, 1);
  assertEquals(fill(holders, "192.0.2.1", 3600), 7);
  holders.sweep(5399);
  assertEquals(holders.size, 8);
  holders.sweep(5400);
  assertEquals(holders.size, 7);
});

Deno.test("an ID counts once, and for the address that leased it last", () => {
  const holders = new PlainHolders();
  for (let n = 0; n < 100; n++) holders.hold("alice", HERE, n);
  assertEquals(holders.size, 1);
  holders.hold("alice", originOf("192.0.2.2"), 100);
  assertEquals(holders.size, 1);
  assertEquals(fill(holders, "192.0.2.1"), 8);
  assertEquals(fill(holders, "192.0.2.2"), 7);
});
