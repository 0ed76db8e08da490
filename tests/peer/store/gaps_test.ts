import { assertEquals } from "@std/assert";
import { openStore, type Store } from "../../../lib/peer/store/store.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const NOW = Date.UTC(2026, 0);

/** Has messages arrive together, each written as "ID" or "previous < ID". */
function receive(store: Store, key: string, ...written: string[]) {
  const messages = written.map((text) => {
    const [id = "", previous] = text.split(" < ").reverse();
    return {
      id,
      text,
      time: NOW - 1,
      ...(previous === undefined ? {} : { previous }),
    };
  });
  return store.inbox.receive(key, `name of ${key}`, messages, NOW).late;
}

function missing({ gaps }: Store): string[] {
  return gaps.list().map(({ senderKey, missing }) => senderKey + missing);
}

Deno.test("a message that is named, and has not arrived, is a gap until it does", () => {
  using store = openStore(":memory:", { now: NOW });
  receive(store, "B", "1", "1 < 2");
  assertEquals(missing(store), []);
  receive(store, "B", "3 < 4", "4 < 5");
  receive(store, "B", "6 < 7");
  assertEquals(store.gaps.list(), [
    {
      senderKey: "B",
      peer: "name of B",
      missing: "3",
      id: "4",
      time: NOW - 1,
    },
    {
      senderKey: "B",
      peer: "name of B",
      missing: "6",
      id: "7",
      time: NOW - 1,
    },
  ]);
  receive(store, "C", "3");
  assertEquals(missing(store), ["B3", "B6"]);
  receive(store, "B", "2 < 3");
  assertEquals(missing(store), ["B6"]);
});

Deno.test("a message is late if a later one has named one that had not arrived, also once that was told", () => {
  using store = openStore(":memory:", { now: NOW });
  const late = (...written: string[]) => [...receive(store, "B", ...written)];
  assertEquals(late("1", "1 < 2"), []);
  assertEquals(late("4 < 5"), []);
  assertEquals(late("2 < 3"), ["3"]);
  store.gaps.markTold(store.gaps.list());
  assertEquals(late("5 < 6"), []);
  assertEquals(late("3 < 4"), ["4"]);
  assertEquals(late("4 < 5", "6 < 7"), []);
  receive(store, "C", "8 < 9");
  assertEquals(late("7 < 8"), []);
});

Deno.test("of the gaps that were told some are remembered", () => {
  using store = openStore(":memory:", { now: NOW });
  const four = (n: number) => String(n).padStart(4, "0");
  for (let n = 0; n < 300; n += 2) {
    receive(store, "B", `${four(n)} < ${four(n + 1)}`);
    store.gaps.markTold(store.gaps.list());
  }
  assertEquals(missing(store), []);
  // Those of the newest 100 gaps are known to be late, and so is what is before.
  assertEquals(receive(store, "B", four(298)), new Set([four(298)]));
  for (let n = 100; n < 298; n += 2) receive(store, "B", four(n));
  assertEquals(receive(store, "B", four(98)), new Set());
});

Deno.test("messages that arrive together are no gaps, in whatever order", () => {
  using store = openStore(":memory:", { now: NOW });
  receive(store, "B", "2 < 3", "1", "1 < 2");
  assertEquals(missing(store), []);
});

Deno.test("a message that has arrived is none that is missing, whichever key its sender had", () => {
  using store = openStore(":memory:", { now: NOW });
  receive(store, "B", "1");
  receive(store, "new B", "1 < 2");
  assertEquals(missing(store), []);
  receive(store, "new B", "3 < 4");
  assertEquals(missing(store), ["new B3"]);
});

Deno.test("a message that comes again opens no gap again", () => {
  using store = openStore(":memory:", { now: NOW });
  receive(store, "B", "1 < 2");
  store.gaps.markTold(store.gaps.list());
  receive(store, "B", "1 < 2");
  assertEquals(missing(store), []);
});

Deno.test("gaps are known after a restart, without a history too", () => {
  using temp = new TempFolder();
  const options = { now: NOW, keepHistory: false };
  {
    using store = openStore(temp.join("store.db"), options);
    receive(store, "B", "1 < 2");
  }
  using store = openStore(temp.join("store.db"), options);
  assertEquals(missing(store), ["B1"]);
  receive(store, "B", "2 < 3");
  assertEquals(missing(store), ["B1"]);
});

Deno.test("the gaps of one sender do not fill the disk, nor keep out another's", () => {
  using store = openStore(":memory:", { now: NOW });
  for (let n = 0; n < 300; n++) receive(store, "B", `no ${n} < yes ${n}`);
  receive(store, "C", "1 < 2");
  assertEquals(store.gaps.list().length, 101);
  assertEquals(missing(store).at(-1), "C1");
});

Deno.test("a stranger's message that is held still names the one before it", () => {
  using store = openStore(":memory:", { now: NOW });
  const { requests } = store;
  requests.add({ key: "E", name: "eve" }, () => false);
  const message = { id: "2", text: "hello", time: NOW, previous: "1" };
  requests.hold("E", [{ ...message, byLetter: true }]);
  assertEquals(requests.messages("E"), [{ ...message, byLetter: true }]);
});

Deno.test("the gaps of a client that is forgotten are forgotten", () => {
  using store = openStore(":memory:", { now: NOW });
  receive(store, "B", "1 < 2");
  receive(store, "C", "1 < 2");
  store.history.forget("name of B");
  assertEquals(missing(store), ["C1"]);
});
