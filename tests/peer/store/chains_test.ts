import { assertEquals } from "@std/assert";
import type { Outbox } from "../../../lib/peer/store/outbox.ts";
import { openStore, type Store } from "../../../lib/peer/store/store.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const NOW = Date.UTC(2026, 0);

/** Queues a text for a client; its ID. */
function queue(outbox: Outbox, peer: string, text: string): string {
  return outbox.queue(peer, text, NOW).id;
}

/** What waits for a client: each text, and that of the message it names. */
function chain({ outbox, history }: Store, peer: string): string[] {
  const texts = new Map(
    history.recent(undefined, 100).map(({ id, text }) => [id, text]),
  );
  return outbox.waiting(peer).map(({ text, previous }) =>
    previous === undefined ? text : `${texts.get(previous)} < ${text}`
  );
}

Deno.test("each message names the one before it to the same client, also after a restart", () => {
  using temp = new TempFolder();
  for (const texts of [["1", "2"], ["3"]]) {
    using store = openStore(temp.join("store.db"), { now: NOW });
    for (const text of texts) {
      queue(store.outbox, "bob", text);
      queue(store.outbox, "carol", `for carol: ${text}`);
    }
  }
  using store = openStore(temp.join("store.db"), { now: NOW });
  assertEquals(chain(store, "bob"), ["1", "1 < 2", "2 < 3"]);
  assertEquals(chain(store, "carol").at(-1), "for carol: 2 < for carol: 3");
});

Deno.test("a message names the one before it that is not kept, as it was delivered", () => {
  using store = openStore(":memory:", { now: NOW, keepHistory: false });
  const { outbox } = store;
  const one = queue(outbox, "bob", "1");
  outbox.markDelivered("bob", [one]);
  assertEquals(outbox.queue("bob", "2", NOW).previous, one);
});

const TAKEN_BACK: [which: string, left: string[], next: string][] = [
  ["1", ["2", "2 < 3"], "3 < 4"],
  ["2", ["1", "1 < 3"], "3 < 4"],
  ["3", ["1", "1 < 2"], "2 < 4"],
];

for (const [which, left, next] of TAKEN_BACK) {
  Deno.test(`no message names one that was taken back: ${which} of 3`, () => {
    using store = openStore(":memory:", { now: NOW });
    const { outbox } = store;
    queue(outbox, "carol", "other");
    const ids = ["1", "2", "3"].map((text) => queue(outbox, "bob", text));
    outbox.unsend(ids[Number(which) - 1] ?? "");
    assertEquals(chain(store, "bob"), left);
    queue(outbox, "bob", "4");
    assertEquals(chain(store, "bob").at(-1), next);
  });
}

Deno.test("the first message after one that was taken back, and is the only one, names none", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox } = store;
  outbox.unsend(queue(outbox, "bob", "1"));
  queue(outbox, "bob", "2");
  assertEquals(chain(store, "bob"), ["2"]);
});

Deno.test("to a client with another key the oldest message that waits names none", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox } = store;
  outbox.markDelivered("bob", [queue(outbox, "bob", "1")]);
  queue(outbox, "bob", "2");
  queue(outbox, "bob", "3");
  outbox.startOver("bob");
  assertEquals(chain(store, "bob"), ["2", "2 < 3"]);
  outbox.markDelivered("bob", outbox.waiting("bob").map(({ id }) => id));
  outbox.startOver("bob");
  queue(outbox, "bob", "4");
  assertEquals(chain(store, "bob"), ["4"]);
});

Deno.test("no message names one that was forgotten", () => {
  using store = openStore(":memory:", { now: NOW });
  const { outbox, history } = store;
  queue(outbox, "carol", "1");
  outbox.markDelivered("bob", [queue(outbox, "bob", "1")]);
  queue(outbox, "bob", "2");
  history.forget("bob");
  queue(outbox, "bob", "3");
  queue(outbox, "carol", "2");
  assertEquals(chain(store, "bob"), ["3"]);
  assertEquals(chain(store, "carol"), ["1", "1 < 2"]);
});
