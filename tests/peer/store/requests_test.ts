import { assert, assertEquals } from "@std/assert";
import { openStore } from "../../../lib/peer/mod.ts";
import type { Requests } from "../../../lib/peer/store/requests.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const NOW = Date.UTC(2026, 0);
const DAY_MS = 24 * 60 * 60 * 1000;

function message(n: number, text = `text ${n}`) {
  return { id: `ID${n}`, text, time: NOW, byLetter: n % 2 === 1 };
}

function keys(requests: Requests): string[] {
  return requests.list().map(({ key }) => key);
}

function never(): boolean {
  return false;
}

Deno.test("a request and its messages are there at the next start, until it is decided", () => {
  using temp = new TempFolder();
  const path = temp.join("store.db");
  {
    using store = openStore(path, { now: NOW });
    store.requests.add({ key: "E", name: "eve" }, never);
    store.requests.hold("E", [message(2), message(1)]);
  }
  using store = openStore(path, { now: NOW });
  const { requests } = store;
  assertEquals(requests.list(), [{ key: "E", name: "eve" }]);
  assertEquals(requests.get("E"), { key: "E", name: "eve" });
  assertEquals(requests.messages("E"), [message(1), message(2)]);
  requests.remove("E");
  assertEquals([requests.list(), requests.messages("E")], [[], []]);
});

Deno.test("eight messages and 16 KiB of a stranger are held, each once, and none after one that is too much", () => {
  using store = openStore(":memory:", { now: NOW });
  const { requests } = store;
  const ids = (numbers: number[]) => numbers.map((n) => `ID${n}`);
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => message(n));
  const hold = (key: string, messages: typeof all) =>
    requests.hold(key, messages).map(({ id }) => id);
  assertEquals(hold("E", all), [], "nobody asked");

  requests.add({ key: "E", name: "eve" }, never);
  assertEquals(hold("E", all.slice(0, 5)), ids([1, 2, 3, 4, 5]));
  assertEquals(hold("E", all), ids([1, 2, 3, 4, 5, 6, 7, 8]));
  assertEquals(hold("E", all.slice(7)), ids([8]));

  requests.add({ key: "F", name: "fay" }, never);
  const large = [
    message(1, "é".repeat(8191)),
    message(2, "é"),
    message(3, "e"),
  ];
  assertEquals(hold("F", large), ids([1, 2]));
  assertEquals(hold("F", [message(4, "")]), []);
  assertEquals(requests.messages("F").length, 2);
});

Deno.test("of more than 32 strangers the one who has waited longest without a link gives way", () => {
  using store = openStore(":memory:", { now: NOW });
  const { requests } = store;
  const add = (n: number, isPresent: (key: string) => boolean) =>
    requests.add({ key: `K${n}`, name: `eve${n}` }, isPresent);
  for (let n = 0; n < 32; n++) assert(add(n, never));
  requests.hold("K1", [message(1)]);
  assert(add(32, (key) => key === "K0"));
  assertEquals(keys(requests).length, 32);
  assertEquals(keys(requests).slice(0, 2), ["K0", "K2"]);
  assertEquals(requests.messages("K1"), []);
  assert(!add(33, () => true));
  assertEquals(requests.get("K33"), undefined);
});

Deno.test("a stranger who is declined is not listed, and may ask again a day later", () => {
  using store = openStore(":memory:", { now: NOW });
  const { requests } = store;
  const eve = { key: "E", name: "eve" };
  requests.add(eve, never);
  requests.hold("E", [message(1)]);
  requests.decline(eve, NOW);
  assertEquals([requests.list(), requests.messages("E")], [[], []]);
  assertEquals(requests.get("E"), undefined);
  assertEquals(requests.named("eve"), [eve]);
  assert(requests.isDeclined("E", NOW + DAY_MS - 1));
  assert(!requests.isDeclined("E", NOW + DAY_MS));
  requests.add(eve, never);
  assertEquals(requests.list(), [eve]);
  assert(!requests.isDeclined("E", NOW));

  requests.decline(eve, NOW);
  requests.decline({ key: "F", name: "fay" }, NOW + DAY_MS);
  assertEquals(requests.named("eve"), [], "what is over is removed");
});
