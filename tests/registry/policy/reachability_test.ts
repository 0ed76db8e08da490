import { assert, assertEquals } from "@std/assert";
import type { DialAnswer } from "../../support/fake_dial.ts";
import { FakeDial } from "../../support/fake_dial.ts";
import { isDialPermitted } from "../../../lib/net/mod.ts";
import { REGISTRY_TIMINGS } from "../../../lib/registry/mod.ts";
import {
  MAX_CONCURRENT_CHECKS,
  ReachabilityChecks,
} from "../../../lib/registry/policy/reachability.ts";
import { MemoryDirectory } from "../../../lib/registry/store/memory/mod.ts";

const LOOPBACK = "127.0.0.1";
const THERE = "192.0.2.1";

/** Checks of clients in a directory, on a clock that the test moves. */
function setUp(dial = new FakeDial()) {
  const directory = new MemoryDirectory();
  const clock = { nowMs: 0 };
  const checks = new ReachabilityChecks({
    directory,
    dial: dial.dial,
    clock: () => clock.nowMs,
    timings: REGISTRY_TIMINGS,
  });
  /** Checks a client at a port of its own, unless that is not due. */
  const check = (port: number, host = LOOPBACK) => {
    directory.leasePlain(`client${port}`, host, port, 0);
    const lease = directory.find(`client${port}`, 0);
    assert(lease !== undefined);
    const offer = { lease, isOnly: false };
    if (!checks.isDue(offer)) return undefined;
    return checks.firstReachable(offer, () => undefined);
  };
  return { directory, dial, checks, clock, check };
}

const PLACES: [what: string, host: string, named: string, dialled: string][] = [
  ["its own host", THERE, THERE, THERE],
  [
    "another address of loopback, from there",
    LOOPBACK,
    "127.0.1.1",
    "127.0.1.1",
  ],
  ["an address elsewhere, from loopback", LOOPBACK, THERE, LOOPBACK],
  ["a name, from loopback", LOOPBACK, "localhost", LOOPBACK],
  [
    "what only looks like loopback, from there",
    LOOPBACK,
    "127.0.0.999",
    LOOPBACK,
  ],
  ["loopback, from elsewhere", THERE, LOOPBACK, THERE],
  ["a third host", THERE, "198.51.100.7", THERE],
];

for (const [what, host, named, dialled] of PLACES) {
  Deno.test(`of a client whose lease names ${what}, ${dialled} is dialled`, async () => {
    const { dial, checks } = setUp();
    const lease = {
      clientID: "ghost",
      host,
      candidates: [{ address: { host: named, port: 5000 } }] as const,
      plain: true,
      session: undefined,
    };
    await checks.firstReachable({ lease, isOnly: false }, () => undefined);
    assertEquals(dial.dialled, [`${dialled}:5000`]);
  });
}

Deno.test("so many clients are dialled at once, and no more", async () => {
  const { dial, check } = setUp();
  const answer = Promise.withResolvers<DialAnswer>();
  const count = MAX_CONCURRENT_CHECKS + 10;
  for (let port = 1; port <= count; port++) {
    dial.answers.set(`${LOOPBACK}:${port}`, answer.promise);
  }
  const checking = [];
  for (let port = 1; port <= count; port++) checking.push(check(port));
  assertEquals(dial.mostDialling, MAX_CONCURRENT_CHECKS);
  answer.resolve("refused");
  await Promise.all(checking);
  assert(check(count) !== undefined);
});

Deno.test("a host that answers no check leaves room for others", async () => {
  const { dial, check, checks } = setUp();
  for (let port = 1; port <= 20; port++) {
    dial.answers.set(`${THERE}:${port}`, new Promise(() => {}));
    check(port, THERE);
  }
  assertEquals(dial.dialling, 4);
  await check(21, LOOPBACK);
  assertEquals(dial.dialled.length, 5);
  await checks.close();
});

Deno.test("10,000 clients are remembered at most, each for a minute, and no other is checked meanwhile", async () => {
  const { dial, check, clock } = setUp();
  for (let port = 1; port <= 10_000; port++) await check(port);
  assertEquals(check(10_001), undefined);
  clock.nowMs = 59_999;
  assertEquals(check(10_001), undefined);
  clock.nowMs = 60_000;
  await check(10_001);
  assertEquals(dial.dialled.length, 10_001);
});

Deno.test({
  name:
    "a client that the process has no permission to connect to is not dialled, and not noted",
  // The registry may only listen, as with `--allow-net=127.0.0.1:5555`.
  permissions: { net: ["127.0.0.1:5555"] },
  fn: async () => {
    const directory = new MemoryDirectory();
    const clock = () => 0;
    const timings = REGISTRY_TIMINGS;
    const checks = new ReachabilityChecks({ directory, clock, timings });
    for (const clientID of ["ghost", "bob"]) {
      directory.leasePlain(clientID, LOOPBACK, 1, 0);
    }
    const next = () => directory.nextClient("alice", LOOPBACK, 0, true);
    const offer = next();
    assert(offer !== undefined && checks.isDue(offer));
    const found = await checks.firstReachable(offer, next);
    assertEquals(found?.clientID, "ghost");
    assertEquals(next()?.lease.clientID, "ghost");
    assertEquals(isDialPermitted({ host: LOOPBACK, port: 1 }), false);
    assertEquals(isDialPermitted({ host: LOOPBACK, port: 5555 }), true);
    assertEquals(isDialPermitted({ host: "::1", port: 5555 }), false);
  },
});
