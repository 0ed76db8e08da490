import { assert, assertEquals } from "@std/assert";
import type { Outbox } from "../../../lib/peer/store/outbox.ts";
import { openStore } from "../../../lib/peer/store/store.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { at } from "../../support/at.ts";

const NOW = Date.UTC(2026, 0);

/** Queues texts for a client; their IDs. */
function queue(outbox: Outbox, peer: string, ...texts: string[]): string[] {
  return texts.map((text) => idOf(outbox, peer, text));
}

/** Queues a text for a client; its ID. */
function idOf(outbox: Outbox, peer: string, text: string): string {
  return outbox.queue(peer, text, NOW).id;
}

function texts(messages: readonly { text: string }[]): string[] {
  return messages.map(({ text }) => text);
}

Deno.test("messages wait in the order in which they were queued, also after a restart", () => {
  using temp = new TempFolder();
  const written = Array.from({ length: 20 }, (_, n) => `${n}`);
  {
    using store = openStore(temp.join("store.db"), { now: NOW });
    queue(store.outbox, "bob", ...written.slice(0, 10));
    queue(store.outbox, "carol", "other");
  }
  using store = openStore(temp.join("store.db"), { now: NOW });
  const { outbox } = store;
  // The clock has gone back since.
  for (const text of written.slice(10)) outbox.queue("bob", text, NOW - 1e9);
  const waiting = outbox.waiting("bob");
  assertEquals(texts(waiting), written);
  const ids = waiting.map(({ id }) => id);
  assertEquals(ids, ids.toSorted());
  assertEquals(outbox.recipients(), ["bob", "carol"]);
  assertEquals(outbox.count("bob"), 20);
  assertEquals(outbox.count(), 21);
  assertEquals(outbox.count("dave"), 0);
});

Deno.test("what waits is given in parts: after an ID, so many", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox } = store;
  const ids = queue(outbox, "bob", "one", "two", "three", "four");
  assertEquals(texts(outbox.waiting("bob", { limit: 2 })), ["one", "two"]);
  assertEquals(
    texts(outbox.waiting("bob", { after: at(ids, 1), limit: 1 })),
    ["three"],
  );
  assertEquals(outbox.waiting("bob", { after: at(ids, 3) }), []);
});

Deno.test("a message goes from queued to left to delivered", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox } = store;
  const queued = outbox.queue("bob", "hello", NOW);
  const { id } = queued;
  assertEquals(queued, {
    direction: "out",
    id,
    peer: "bob",
    text: "hello",
    time: NOW,
    state: "queued",
    depositedAt: undefined,
  });
  outbox.markDeposited([id], NOW + 1);
  const left = { ...queued, state: "left" as const, depositedAt: NOW + 1 };
  assertEquals(outbox.waiting("bob"), [left]);
  outbox.markDeposited([id], NOW + 2);
  assertEquals(outbox.get(id)?.depositedAt, NOW + 2);
  const delivered = { ...left, state: "delivered", depositedAt: NOW + 2 };
  assertEquals<unknown>(outbox.markDelivered("bob", [id]), [delivered]);
  assertEquals<unknown>(outbox.get(id), delivered);
  assertEquals(outbox.waiting("bob"), []);
  assertEquals(outbox.recipients(), []);
});

Deno.test("a message is delivered once, and not left after that", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox } = store;
  const one = idOf(outbox, "bob", "one");
  const two = idOf(outbox, "bob", "two");
  const three = idOf(outbox, "bob", "three");
  assertEquals(texts(outbox.markDelivered("bob", [two])), ["two"]);
  assertEquals(
    texts(outbox.markDelivered("bob", [one, two, three, one, "unknown"])),
    ["one", "three"],
  );
  outbox.markDeposited([one], NOW);
  assertEquals(outbox.get(one)?.state, "delivered");
});

Deno.test("a client cannot acknowledge a message for another one", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox } = store;
  const id = idOf(outbox, "bob", "hello");
  assertEquals(outbox.markDelivered("mallory", [id]), []);
  assertEquals(outbox.count("bob"), 1);
});

Deno.test("a message is taken back while it is only here", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox, history } = store;
  const one = idOf(outbox, "bob", "one");
  const two = idOf(outbox, "bob", "two");
  const three = idOf(outbox, "bob", "three");
  outbox.markDeposited([two], NOW);
  outbox.markDelivered("bob", [three]);
  assertEquals(outbox.unsend(one)?.text, "one");
  for (const id of [one, two, three, "unknown"]) {
    assertEquals(outbox.unsend(id), undefined);
  }
  assertEquals(outbox.get(one), undefined);
  assertEquals(outbox.markDelivered("bob", [one]), []);
  assertEquals(texts(history.recent("bob", 10)), ["two", "three"]);
  assertEquals(history.search("one", 10), []);
});

Deno.test("an ID is not given again, though its message is gone and the clock went back", () => {
  using temp = new TempFolder();
  const ids: string[] = [];
  for (let start = 0; start < 5; start++) {
    using store = openStore(temp.join("store.db"), { now: NOW });
    const { id } = store.outbox.queue("bob", "hello", NOW - start);
    ids.push(id);
    store.outbox.unsend(id);
  }
  assertEquals(ids, ids.toSorted());
  assertEquals(new Set(ids).size, 5);
});

Deno.test("without history a delivered message is gone, and one that waits is not", () => {
  using temp = new TempFolder();
  using store = openStore(temp.join("store.db"), {
    now: NOW,
    keepHistory: false,
  });
  const { outbox, history } = store;
  const one = idOf(outbox, "bob", "sesquipedalian");
  const two = idOf(outbox, "bob", "two");
  assertEquals(texts(outbox.markDelivered("bob", [one])), ["sesquipedalian"]);
  assertEquals(outbox.get(one), undefined);
  assertEquals(history.search("sesquipedalian", 1), []);
  assertEquals(texts(history.recent("bob", 9)), ["two"]);
  assertEquals(texts(outbox.markDelivered("bob", [one, two])), ["two"]);
  for (const ending of ["", "-wal"]) {
    const bytes = Deno.readFileSync(temp.join("store.db") + ending);
    assert(!new TextDecoder().decode(bytes).includes("sesquipedalian"));
  }
});
