import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { openStore } from "../../../lib/peer/store/store.ts";
import { DamagedError } from "../../../lib/storage/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { lastLineWhenKilled, moduleCommand } from "../../support/subprocess.ts";

const NOW = Date.UTC(2026, 0, 31);

Deno.test("a damaged file is kept under another name, and the notice says so", () => {
  using temp = new TempFolder();
  const garbage = "all my messages ".repeat(1000);
  Deno.writeTextFileSync(temp.join("store.db"), garbage);
  {
    using store = openStore(temp.join("store.db"), { now: NOW });
    assertMatch(
      store.notice ?? "",
      /was damaged: it is kept as \S+, and a new/,
    );
    store.outbox.queue("bob", "hello", NOW);
  }
  const aside = `${temp.join("store.db")}.damaged-20260131T000000000Z`;
  assertEquals(Deno.readTextFileSync(aside), garbage);
  using store = openStore(temp.join("store.db"), { now: NOW });
  assertEquals(store.notice, undefined);
  assertEquals(store.outbox.count("bob"), 1);
});

Deno.test("damage that is found while the program runs is reported, and the file is kept at the next start", () => {
  using temp = new TempFolder();
  {
    using store = openStore(temp.join("store.db"), { now: NOW });
    const text = "hello ".repeat(500);
    for (let n = 0; n < 100; n++) store.outbox.queue("bob", text, NOW);
  }
  {
    using file = Deno.openSync(temp.join("store.db"), { write: true });
    file.seekSync(
      Deno.statSync(temp.join("store.db")).size / 2,
      Deno.SeekMode.Start,
    );
    file.writeSync(new Uint8Array(100_000).fill(0xa5));
  }
  {
    using store = openStore(temp.join("store.db"), { now: NOW });
    assertThrows(
      () => store.outbox.waiting("bob"),
      DamagedError,
      "Start the program again",
    );
  }
  using store = openStore(temp.join("store.db"), { now: NOW });
  assert(store.notice !== undefined);
  assertEquals(store.outbox.waiting("bob"), []);
  assertEquals(temp.names().length, 3);
});

Deno.test("all that was queued or acknowledged when a client is killed is there, once and in order", async () => {
  using temp = new TempFolder();
  const url = new URL("store_process_main.ts", import.meta.url);
  for (let round = 1; round <= 3; round++) {
    const child = moduleCommand(url, temp.join("store.db"));
    const last = Number(await lastLineWhenKilled(child, 40));
    using store = openStore(temp.join("store.db"), { now: NOW });
    const { history } = store;
    for (const peer of ["to", "from"]) {
      const texts = history.recent(peer, 1e6).map(({ text }) => text);
      assert(texts.length > last && texts.length <= last + 2);
      assertEquals(texts, texts.map((_, n) => `number ${n}`));
      assertEquals(history.search(`${last}`, 9).length, 2);
    }
  }
});
