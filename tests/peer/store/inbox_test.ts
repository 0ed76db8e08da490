import { assertEquals, assertThrows } from "@std/assert";
import { openStore } from "../../../lib/peer/store/store.ts";
import { StorageError } from "../../../lib/storage/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { at } from "../../support/at.ts";

const NOW = Date.UTC(2026, 0);

/** Messages whose text is their ID. */
function arrivals(...ids: string[]) {
  return ids.map((id) => ({ id, text: id, time: NOW - 1 }));
}

function ids(messages: readonly { id: string }[]): string[] {
  return messages.map(({ id }) => id);
}

Deno.test("a message is taken once, however often and in whatever company it comes", () => {
  using store = openStore(":memory:", { now: NOW });
  const { inbox, history } = store;
  const receive = (...ids: string[]) =>
    inbox.receive("B", "bob", arrivals(...ids), NOW).fresh;
  assertEquals(receive("2", "1"), [
    { direction: "in", id: "2", peer: "bob", text: "2", time: NOW - 1 },
    { direction: "in", id: "1", peer: "bob", text: "1", time: NOW - 1 },
  ]);
  assertEquals(ids(receive("1", "2")), []);
  assertEquals(ids(receive("1", "3", "3", "2", "4")), ["3", "4"]);
  assertEquals(ids(history.recent("bob", 10)), ["2", "1", "3", "4"]);
});

Deno.test("a message that comes again after a restart is known", () => {
  for (const keepHistory of [true, false]) {
    using temp = new TempFolder();
    const taken: string[][] = [];
    for (let start = 0; start < 2; start++) {
      using store = openStore(temp.join("store.db"), { now: NOW, keepHistory });
      const { fresh } = store.inbox.receive("B", "bob", arrivals("1"), NOW);
      taken.push(ids(fresh));
    }
    assertEquals(taken, [["1"], []]);
  }
});

Deno.test("IDs belong to the sender's key, whatever its name", () => {
  using store = openStore(":memory:", { now: NOW });
  const { inbox } = store;
  const receive = (key: string, name: string) =>
    ids(inbox.receive(key, name, arrivals("1"), NOW).fresh);
  assertEquals(receive("B", "bob"), ["1"]);
  assertEquals(receive("B", "robert"), []);
  assertEquals(receive("C", "bob"), ["1"]);
});

Deno.test("nothing was written after it arrived", () => {
  using store = openStore(":memory:", { now: NOW });
  const late = { id: "1", text: "hello", time: NOW + 5000 };
  const [message] = store.inbox.receive("B", "bob", [late], NOW).fresh;
  assertEquals(message?.time, NOW);
});

Deno.test("messages that cannot all be stored are all taken when they come again", () => {
  using store = openStore(":memory:", { now: NOW });
  const { inbox, history } = store;
  // Half a millisecond is no time that can be stored.
  const bad = { id: "2", text: "2", time: NOW - 0.5 };
  const one = at(arrivals("1"), 0);
  assertThrows(() => inbox.receive("B", "bob", [one, bad], NOW), StorageError);
  assertEquals(history.recent("bob", 10), []);
  const again = inbox.receive("B", "bob", arrivals("1", "2"), NOW);
  assertEquals(ids(again.fresh), ["1", "2"]);
});

Deno.test("without history nothing of a message is stored but its ID", () => {
  using temp = new TempFolder();
  using store = openStore(temp.join("store.db"), {
    now: NOW,
    keepHistory: false,
  });
  const message = { id: "1", text: "sesquipedalian", time: NOW };
  const { fresh } = store.inbox.receive("B", "bob", [message], NOW);
  assertEquals(fresh.length, 1);
  store.inbox.markShown(fresh);
  assertEquals(store.history.recent("bob", 10), []);
  for (const ending of ["", "-wal"]) {
    const bytes = Deno.readFileSync(temp.join("store.db") + ending);
    assertEquals(
      new TextDecoder().decode(bytes).includes("sesquipedalian"),
      false,
    );
  }
});

Deno.test("what was taken and not shown comes again at the next start, once", () => {
  using temp = new TempFolder();
  {
    using store = openStore(temp.join("store.db"), {
      now: NOW,
      keepHistory: false,
    });
    const { fresh } = store.inbox.receive("B", "bob", arrivals("1", "2"), NOW);
    store.inbox.markShown(fresh.slice(0, 1));
  }
  using store = openStore(temp.join("store.db"), {
    now: NOW,
    keepHistory: false,
  });
  assertEquals(ids(store.inbox.notShown()), ["2"]);
  store.inbox.markShown(store.inbox.notShown());
  assertEquals(store.inbox.notShown(), []);
  const { fresh } = store.inbox.receive("B", "bob", arrivals("2"), NOW);
  assertEquals(fresh, []);
});
