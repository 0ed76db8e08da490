import { assert, assertEquals, assertThrows } from "@std/assert";
import { openEmbeddedStore } from "../../../../lib/registry/mod.ts";
import { DamagedError } from "../../../../lib/storage/mod.ts";
import { makeUnshrinkable } from "../../../support/old_database.ts";
import { letterTo } from "../letter.ts";
import { TempFolder } from "../../../support/temp_folder.ts";
import {
  lastLineWhenKilled,
  moduleCommand,
} from "../../../support/subprocess.ts";

const NOW = 1_800_000_000;

Deno.test("a damaged registry file is refused and left where it is", () => {
  using temp = new TempFolder();
  const path = `${temp.path}/registry.db`;
  Deno.writeTextFileSync(path, "not claims at all ".repeat(1000));
  assertThrows(
    () => openEmbeddedStore(temp.path),
    DamagedError,
    "Restore a copy",
  );
  assertEquals(
    Deno.readTextFileSync(path),
    "not claims at all ".repeat(1000),
  );
});

Deno.test("a database of an earlier version is replaced by one that can shrink, with its claims and letters", () => {
  using temp = new TempFolder();
  {
    using store = openEmbeddedStore(temp.path);
    store.claims.claim("alice", "A", 7);
    for (let n = 0; n < 5; n++) store.mailbox.deposit(letterTo("A", `${n}`), 7);
    store.mailbox.drop("A", [1, 2]);
    store.mailbox.deposit(letterTo("B", "last"), 7);
    store.mailbox.drop("B", [6]);
    store.runTime.save(8);
  }
  makeUnshrinkable(temp.join("registry.db"));
  using store = openEmbeddedStore(temp.path);
  const { claims, mailbox, runTime } = store;
  assertEquals(runTime.atOpenS, 8);
  assertEquals(claims.list("", 8), [{
    clientID: "alice",
    key: "A",
    unusedS: 1,
  }]);
  mailbox.deposit(letterTo("A", "5"), 8);
  const letters = mailbox.collect("A", {}, 8);
  assertEquals(letters.map(({ number }) => number), [3, 4, 5, 7]);
  assertEquals(mailbox.storedBytes, 4 * 513);
});

Deno.test("a store in memory is empty when it is opened again", () => {
  for (let start = 0; start < 2; start++) {
    using store = openEmbeddedStore(":memory:");
    assert(store.claims.find("alice", NOW)?.key === undefined);
    store.claims.claim("alice", "A", NOW);
  }
});

Deno.test("all claims and letters that a killed registry accepted are in its database", async () => {
  using temp = new TempFolder();
  const url = new URL("store_process_main.ts", import.meta.url);
  for (let round = 1; round <= 3; round++) {
    const child = moduleCommand(url, temp.path);
    const last = Number(await lastLineWhenKilled(child, 40));
    using store = openEmbeddedStore(temp.path);
    const letters = store.mailbox.collect("A", {}, NOW);
    assert(letters.length === last + 1 || letters.length === last + 2);
    letters.forEach(({ sealed }, n) => {
      assertEquals(new TextDecoder().decode(sealed), `letter ${n}`);
    });
    for (let n = 0; n <= last; n++) {
      assertEquals(store.claims.find(`client${n}`, NOW)?.key, "A");
    }
  }
  assertEquals(temp.names(), ["registry.db"]);
});
