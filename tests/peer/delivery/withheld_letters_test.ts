import { assertEquals } from "@std/assert";
import { eventually } from "../../support/eventually.ts";
import { at } from "../../support/at.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";
import { startNetwork } from "../../support/test_network.ts";
import type { AcceptPolicy } from "../../../lib/peer/mod.ts";
import { openEmbeddedStore } from "../../../lib/registry/store/mod.ts";
import { keyOf } from "./mail.ts";

/** How late a message may be where a test waits for it to be told, in ms. */
const DELAY_MS = 200;

/** What the options of {@linkcode startWithLetters} say. */
interface LettersOptions {
  readonly texts: readonly string[];
  readonly keepHistory?: boolean;
  readonly accept?: AcceptPolicy;
}

/** A registry that has letters of alice, who is away, for bob, who comes. */
async function startWithLetters(
  { texts, keepHistory = true, accept = "all" }: LettersOptions,
) {
  const scope = new AsyncDisposableStack();
  const store = scope.adopt(
    openEmbeddedStore(":memory:"),
    (store) => store[Symbol.dispose](),
  );
  const timings = { ...FAST_BACKOFF, gapNoticeDelayMs: DELAY_MS };
  const network = scope.use(
    await startNetwork({
      registry: { store },
      peers: { timings, accept },
      keepHistory,
      started: false,
    }),
  );
  const { alice, bob } = network;
  const key = keyOf(bob.identity);
  store.claims.claim("bob", key, 0);
  await alice.start();
  for (const text of texts) await alice.peer.send("bob", text);
  for (const _ of texts) await alice.until("left");
  await alice.stop();
  return {
    alice,
    bob,
    /** Removes a letter from the mailbox, as a registry that lies may do. */
    withhold: (place: number) => {
      const letters = store.mailbox.collect(key, {}, 0);
      const { number, sealed } = at(letters, place);
      store.mailbox.drop(key, [number]);
      return sealed;
    },
    /** Puts a letter that was withheld behind the others. */
    handOut: (sealed: Uint8Array) => {
      const sender = keyOf(alice.identity);
      store.mailbox.deposit({ recipient: key, sender, sealed }, 0);
    },
    [Symbol.asyncDispose]: () => scope[Symbol.asyncDispose](),
  };
}

for (const keepHistory of [true, false]) {
  Deno.test(`a letter that the registry holds back is noticed, told once, and comes over a link, ${keepHistory ? "with" : "without"} a history`, async () => {
    const texts = ["one", "two", "three"];
    await using letters = await startWithLetters({ texts, keepHistory });
    const { alice, bob } = letters;
    letters.withhold(1);
    await bob.start();
    assertEquals(await bob.message(), "one");
    const three = await bob.expect("message");
    assertEquals(three.text, "three");
    const { from, id, time } = await bob.expect("missing");
    assertEquals(from, { name: "alice", protection: "pinned" });
    assertEquals([id, time], [three.id, three.time]);
    // Nothing is told again, not after a restart either.
    await bob.stop();
    await bob.start();
    await new Promise((resolve) => setTimeout(resolve, 2 * DELAY_MS));
    await alice.start();
    assertEquals(await bob.connected(), "alice");
    const two = await bob.expect("message");
    assertEquals([two.text, two.late], ["two", true]);
  });
}

Deno.test("letters that the registry hands out in another order are marked as late", async () => {
  const texts = ["one", "two", "three", "four"];
  await using letters = await startWithLetters({ texts });
  const { bob } = letters;
  const withheld = [letters.withhold(1), letters.withhold(1)];
  const shown: [text: string, isLate: boolean][] = [];
  const next = async () => {
    const { text, late = false } = await bob.until("message");
    shown.push([text, late]);
  };
  await bob.start();
  await next();
  await next();
  await bob.stop();
  for (const sealed of withheld) letters.handOut(sealed);
  await bob.start();
  await next();
  await next();
  assertEquals(shown, [
    ["one", false],
    ["four", false],
    ["two", true],
    ["three", true],
  ]);
});

Deno.test("a first letter that the registry holds back is noticed", async () => {
  await using letters = await startWithLetters({ texts: ["one", "two"] });
  const { bob } = letters;
  letters.withhold(0);
  await bob.start();
  assertEquals(await bob.message(), "two");
  assertEquals((await bob.expect("missing")).from.name, "alice");
});

Deno.test("a letter that comes over a link in time is not told as missing", async () => {
  const texts = ["one", "two", "three"];
  await using letters = await startWithLetters({ texts });
  const { alice, bob } = letters;
  letters.withhold(1);
  await alice.start();
  await bob.start();
  const told: string[] = [];
  while (!told.includes("two")) told.push((await bob.until("message")).text);
  await new Promise((resolve) => setTimeout(resolve, 2 * DELAY_MS));
  await alice.peer.send("bob", "four");
  assertEquals(await bob.message(), "four");
});

Deno.test("a client that was restarted still tells that a message is missing", async () => {
  await using letters = await startWithLetters({ texts: ["one", "two"] });
  const { bob } = letters;
  letters.withhold(0);
  await bob.start();
  assertEquals(await bob.message(), "two");
  await bob.stop();
  await bob.start();
  assertEquals((await bob.expect("missing")).from.name, "alice");
});

Deno.test("with ask, a letter that is held back is noticed once its sender is accepted", async () => {
  const texts = ["one", "two"];
  await using letters = await startWithLetters({ texts, accept: "ask" });
  const { bob } = letters;
  letters.withhold(0);
  await bob.start();
  await bob.expect("request");
  bob.peer.strangers.accept("alice");
  await bob.expect("accepted");
  assertEquals(await bob.message(), "two");
  assertEquals((await bob.expect("missing")).from.name, "alice");
});

Deno.test("nothing is missing however two clients come and go", async () => {
  await using network = await startNetwork({
    peers: { timings: FAST_BACKOFF },
  });
  const { alice, bob } = network;
  const { gaps } = bob.store;
  const found: string[] = [];
  const list = gaps.list.bind(gaps);
  gaps.list = () => {
    const all = list();
    found.push(...all.map(({ missing }) => missing));
    return all;
  };
  const sent: string[] = [];
  const send = async (text: string) => {
    sent.push(text);
    return await alice.peer.send("bob", text);
  };
  for (let round = 0; round < 12; round++) {
    for (const part of ["a", "b"]) await send(`${round} ${part}`);
    const message = await send(`${round} taken back`);
    await send(`${round} c`);
    // It may be too late.
    if (message && alice.peer.queue.unsend(message.id)) {
      sent.splice(sent.indexOf(message.text), 1);
    }
    if (round % 4 === 0) await bob.stop();
    if (round % 4 === 2) await bob.start();
    if (round % 4 === 3) {
      await alice.stop();
      await alice.start();
    }
  }
  await eventually(() => bob.texts().length >= sent.length, () => bob.texts());
  assertEquals(bob.texts(), sent);
  assertEquals(found, []);
});
