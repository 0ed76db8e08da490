import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import fc from "fast-check";
import { openStore, type Store } from "../../../lib/peer/store/store.ts";
import { makeUnshrinkable } from "../../support/old_database.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { at } from "../../support/at.ts";

const NOW = Date.UTC(2026, 0);

/** Has a message arrive. */
function receive(store: Store, peer: string, id: string, text: string): void {
  store.inbox.receive(`${peer}'s key`, peer, [{ id, text, time: NOW }], NOW);
}

function texts(messages: readonly { text: string }[]): string[] {
  return messages.map(({ text }) => text);
}

Deno.test("the last messages are given in the order of their coming, both ways", () => {
  using store = openStore(":memory:", { now: NOW });
  store.outbox.queue("bob", "one", NOW);
  receive(store, "bob", "9", "two");
  receive(store, "carol", "1", "other");
  store.outbox.queue("bob", "three", NOW - 1000);
  receive(store, "bob", "1", "four");
  const { history } = store;
  assertEquals(texts(history.recent("bob", 3)), ["two", "three", "four"]);
  assertEquals(texts(history.recent("bob", 9)).length, 4);
  assertEquals(
    history.recent(undefined, 3).map(({ peer, direction }) =>
      `${peer} ${direction}`
    ),
    ["carol in", "bob out", "bob in"],
  );
  assertEquals(history.recent("dave", 3), []);
});

Deno.test("messages are found by all of some words, whatever their case and accents", () => {
  using store = openStore(":memory:", { now: NOW });
  const { history } = store;
  store.outbox.queue("bob", "Wer reitet so spät durch Nacht und Wind?", NOW);
  receive(store, "bob", "1", "es ist der Vater");
  receive(store, "carol", "1", "it's the WIND, my son");
  assertEquals(
    history.search("wind", 9).map(({ peer }) => peer),
    ["bob", "carol"],
  );
  assertEquals(history.search("  WIND\tspat ", 9).length, 1);
  assertEquals(history.search("it's", 9).length, 1);
  assertEquals(history.search("wind vater", 9), []);
  assertEquals(history.search("win", 9), []);
  assertEquals(history.search("", 9), []);
  assertEquals(texts(history.search("wind", 1)), ["it's the WIND, my son"]);
});

Deno.test("any input of the user is a valid search", () => {
  using store = openStore(":memory:", { now: NOW });
  const { history } = store;
  const syntax = 'say "NEAR(" AND text : ^ * OR NOT -1 + {}';
  store.outbox.queue("bob", syntax, NOW);
  for (const words of [syntax, "NEAR(", '"', "^say", "NOT", "text :", "-1"]) {
    const found = history.search(words, 9);
    assert(words === '"' ? found.length === 0 : found.length === 1, words);
  }
  const pieces = [..."\"'*():^-+{},.;\\ \0\u0300aé", "\ud800", "NOT ", "NEAR("];
  const typed = fc.string({ unit: fc.constantFrom(...pieces) });
  fc.assert(fc.property(typed, (words) => {
    history.search(words, 9);
  }));
});

Deno.test("a forgotten peer's messages are gone, those that wait too, and no others", () => {
  using store = openStore(":memory:", { now: NOW });
  const { history, outbox } = store;
  outbox.queue("bob", "secret one", NOW);
  receive(store, "bob", "1", "secret two");
  receive(store, "carol", "1", "secret three");
  store.pins.pin("bob", "B");
  assertEquals(history.forget("bob"), 2);
  assertEquals(history.recent("bob", 9), []);
  assertEquals(outbox.recipients(), []);
  assertEquals(texts(history.search("secret", 9)), ["secret three"]);
  assertEquals(history.forget("bob"), 0);
  assertEquals(store.pins.get("bob")?.key, "B");
  receive(store, "bob", "1", "secret two");
  assertEquals(history.recent("bob", 9), []);
  outbox.queue("bob", "a secret again", NOW);
  assertEquals(history.search("secret", 9).length, 2);
});

Deno.test("no word of a forgotten message remains in the files", () => {
  using temp = new TempFolder();
  using store = openStore(temp.join("store.db"), { now: NOW });
  const words = Array.from({ length: 500 }, (_, n) => `sesqui${n}pedalian`);
  words.forEach((word, n) => {
    receive(store, "bob", `${n}`, `${word} `.repeat(1 + n % 20));
    receive(store, "carol", `${n}`, word.replace("sesqui", "kept"));
  });
  assert(inFiles(temp.join("store.db"), at(words, 499)));
  store.history.forget("bob");
  assert(!inFiles(temp.join("store.db"), "sesqui"));
  assert(inFiles(temp.join("store.db"), "kept499"));
  assertEquals(store.history.search("kept499pedalian", 9).length, 1);
});

Deno.test("what a forgotten peer's messages took is given back to the file system", () => {
  using temp = new TempFolder();
  const path = temp.join("store.db");
  using store = openStore(path, { now: NOW });
  const size = () =>
    Deno.statSync(path).size + Deno.statSync(`${path}-wal`).size;
  receive(store, "carol", "0", "kept");
  store.history.forget("nobody");
  const before = size();
  for (let n = 0; n < 1000; n++) {
    receive(store, "bob", `${n}`.padStart(26, "0"), "some words ".repeat(200));
  }
  assertGreater(size(), before + 2 * 1024 * 1024);
  assertEquals(store.history.forget("bob"), 1000);
  // What stays are the IDs of the messages, so that none is received again.
  assertLess(size(), before + 128 * 1024);
  assertEquals(texts(store.history.recent("carol", 9)), ["kept"]);
});

Deno.test("a file of an earlier version keeps all that is in it, and gives back the space of what is forgotten", () => {
  using temp = new TempFolder();
  const path = temp.join("store.db");
  {
    using store = openStore(path, { now: NOW });
    for (let n = 0; n < 500; n++) {
      receive(store, "bob", `${n}`, `bob${n} `.repeat(99));
    }
    for (let n = 0; n < 500; n++) receive(store, "carol", `${n}`, `carol${n}`);
    store.outbox.queue("bob", "waiting", NOW);
    store.pins.pin("bob", "B");
  }
  makeUnshrinkable(path);
  const full = Deno.statSync(path).size;
  using store = openStore(path, { now: NOW });
  const { history, outbox, pins } = store;
  assertEquals(texts(history.search("carol41", 9)), ["carol41"]);
  assertEquals(texts(outbox.waiting("bob")), ["waiting"]);
  assertEquals(pins.get("bob")?.key, "B");
  receive(store, "carol", "7", "again");
  assertEquals(history.recent("carol", 1000).length, 500);
  assertEquals(history.forget("bob"), 501);
  assertLess(Deno.statSync(path).size, full / 2);
});

/** Whether a text stands in the database or in its log. */
function inFiles(path: string, text: string): boolean {
  return ["", "-wal"].some((ending) =>
    new TextDecoder("latin1").decode(Deno.readFileSync(path + ending))
      .includes(text)
  );
}
