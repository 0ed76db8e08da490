import { assert, assertEquals, assertLess } from "@std/assert";
import { at } from "../support/at.ts";
import { sourceCommand } from "../support/command.ts";
import { canMakeNetwork, inOwnNetwork } from "../support/network_namespace.ts";
import { Program } from "../support/program.ts";

const ignore = !canMakeNetwork();

/** What a scenario of `addresses_main.ts` prints with these addresses. */
async function run(scenario: string, addresses: string[]): Promise<unknown> {
  const main = sourceCommand(
    "tests/e2e/addresses_main.ts",
    scenario,
    ...addresses,
  );
  await using program = new Program(inOwnNetwork(addresses, main));
  return JSON.parse(await program.line(/^[[{]/));
}

/** The numbers that a scenario prints, one for each address. */
async function counts(scenario: string, addresses: string[]) {
  const printed = await run(scenario, addresses);
  assert(Array.isArray(printed));
  return printed.map(Number);
}

Deno.test({
  name:
    "with ulimit -n 1024 fifty addresses that open all the connections that they can have some each",
  ignore,
  fn: async () => {
    const hosts = Array.from({ length: 50 }, (_, n) => `198.51.100.${n + 1}`);
    const open = await counts("connections", hosts);
    for (const n of open) assert(n >= 2 && n <= 64, String(open));
    assertLess(10, at(open, 0), String(open));
  },
});

Deno.test({
  name:
    "the handshakes of an IPv6 network of 64 bits are limited, and those of 56 and 48 bits to twice and four times as many",
  ignore,
  fn: async () => {
    const networks = ["0", "1", "2", "100", "101", "200"];
    const hosts = networks.map((network) => `2001:db8:1:${network}::1`);
    const begun = await counts("handshakes", [...hosts, "2001:db8:2::1"]);
    // Some come back while the others are made.
    const isFull = begun.map((n) => n >= 100);
    const full = [true, true, false, true, true, false, true];
    assertEquals(isFull, full, String(begun));
    for (const n of begun) assertLess(n, 200, String(begun));
    for (const n of [2, 5]) assertLess(at(begun, n), 60, String(begun));
  },
});

Deno.test({
  name:
    "a neighbour's PINGs at one address refuse none of ten BRIDGEs of a client there",
  ignore,
  fn: async () => {
    const replies = Array(10).fill("BRIDGEACK");
    const found = await run("neighbour", ["198.51.100.1"]);
    assert(typeof found === "object" && found !== null && "replies" in found);
    assertEquals(found.replies, replies);
  },
});
