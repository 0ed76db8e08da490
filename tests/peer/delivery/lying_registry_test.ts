import { assert, assertEquals } from "@std/assert";
import {
  FakeRegistry,
  type RequestHandler,
} from "../../support/fake_registry.ts";
import { endlessLetters, pushMail } from "../../support/lying_registry.ts";
import { eventually } from "../../support/eventually.ts";
import { TestPeer } from "../../support/test_peer.ts";

/** Counts the requests that a handler answers. */
function counted(handler: RequestHandler) {
  const counter = {
    count: 0,
    handler: ((request, socket) => {
      counter.count++;
      return handler(request, socket);
    }) satisfies RequestHandler,
  };
  return counter;
}

const REPEATED = "it repeats a letter";
const TOO_MANY = "it sends more letters than a mailbox holds";

const ENDLESS: [what: string, reason: string, handler: RequestHandler][] = [
  ["of one byte", TOO_MANY, endlessLetters({ letters: 100, length: 1 })],
  ["of full length", TOO_MANY, endlessLetters({ letters: 1, length: 65536 })],
  [
    "with the same number",
    REPEATED,
    endlessLetters({ letters: 1, length: 300, first: 7 }),
  ],
];

for (const [what, reason, handler] of ENDLESS) {
  Deno.test(`letters without end, ${what}, are given up with a reason, and MAIL does not begin anew`, async () => {
    const COLLECT = counted(handler);
    await using registry = new FakeRegistry({ COLLECT: COLLECT.handler });
    await using alice = new TestPeer("alice", registry.address, {
      timings: { backoffMinMs: 60_000 },
    });
    await alice.peer.register();
    const waiting = await alice.expect("waiting");
    assertEquals(
      waiting.reason,
      `the registry violated the protocol: ${reason}`,
    );
    const { count } = COLLECT;
    assert(count <= 33, `${count} requests`);
    const [link] = registry.links;
    assert(link !== undefined);
    await pushMail(link, 1000);
    await alice.peer.info().catch(() => {});
    assertEquals(COLLECT.count, count);
  });
}

Deno.test("a registry that pushes MAIL all the time is asked for letters twice a second", async () => {
  const COLLECT = counted((request, socket) =>
    socket.reply(request, "COLLECTACK")
  );
  await using registry = new FakeRegistry({ COLLECT: COLLECT.handler });
  await using alice = new TestPeer("alice", registry.address);
  await alice.peer.register();
  await eventually(() => COLLECT.count > 0, () => COLLECT.count);
  const [link] = registry.links;
  assert(link !== undefined);
  const began = performance.now();
  for (let n = 0; n < 200; n++) {
    await pushMail(link, 10);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - began) / 1000;
  assert(COLLECT.count >= 30, `${COLLECT.count}`);
  assert(COLLECT.count <= 32 + 2 * seconds, `${COLLECT.count}`);
});

Deno.test("letters come at 128 KiB a second at most, once several mailboxes have come", async () => {
  // Each collection is one that an honest registry could have.
  let page = 0;
  const next = endlessLetters({ letters: 1, length: 65_000 });
  const COLLECT = counted((request, socket) =>
    ++page % 17 === 0
      ? socket.reply(request, "COLLECTACK")
      : next(request, socket)
  );
  await using registry = new FakeRegistry({ COLLECT: COLLECT.handler });
  await using alice = new TestPeer("alice", registry.address);
  const began = performance.now();
  await alice.peer.register();
  const [link] = registry.links;
  assert(link !== undefined);
  for (let n = 0; n < 200; n++) {
    await pushMail(link, 1);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const seconds = (performance.now() - began) / 1000;
  assert(COLLECT.count >= 64, `${COLLECT.count}`);
  assert(COLLECT.count <= 72 + 2 * seconds, `${COLLECT.count}`);
});
