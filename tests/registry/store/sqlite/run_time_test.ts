import { assertEquals } from "@std/assert";
import { CLAIM_TTL_S, LETTER_TTL_S } from "../../../../lib/protocol/mod.ts";
import { openEmbeddedStore } from "../../../../lib/registry/mod.ts";
import { openDatabase } from "../../../../lib/storage/mod.ts";
import { TempFolder } from "../../../support/temp_folder.ts";
import { letterTo } from "../letter.ts";

/** A registry's database as it was when times were those of the machine. */
const OLD = [
  `CREATE TABLE claims (
      client_id TEXT PRIMARY KEY,
      key TEXT NOT NULL,
      used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX claims_by_use ON claims (used);`,
  `CREATE TABLE letters (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      recipient TEXT NOT NULL,
      time INTEGER NOT NULL,
      size INTEGER NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;
    CREATE INDEX letters_by_recipient
      ON letters (recipient, number, time, size);
    CREATE INDEX letters_by_time ON letters (time);`,
];

Deno.test("the run time is there when the registry starts again, and 0 at first", () => {
  using temp = new TempFolder();
  for (const runTimeS of [0, 70, 200]) {
    using store = openEmbeddedStore(temp.path);
    assertEquals(store.runTime.atOpenS, runTimeS);
    store.runTime.save(runTimeS === 0 ? 70 : 200);
  }
});

Deno.test("nothing lapses when a database that had the times of a wrong clock is opened", () => {
  using temp = new TempFolder();
  {
    using old = openDatabase({
      path: `${temp.path}/registry.db`,
      what: "the registry's database",
      ifDamaged: "",
      applicationID: 0x70327072,
      migrations: OLD,
    });
    old.run(`
      INSERT INTO claims VALUES
        ('alice', 'A', 1700000000), ('bob', 'B', 1800000000);
      INSERT INTO letters (number, recipient, time, size, sealed) VALUES
        (7, 'A', 1700000000, 1, x'78'), (8, 'A', 1800000000, 1, x'79');
    `);
  }
  using store = openEmbeddedStore(temp.path);
  const { claims, mailbox, runTime } = store;
  assertEquals(runTime.atOpenS, 0);
  for (const runTimeS of [0, CLAIM_TTL_S - 1]) {
    assertEquals(claims.find("alice", runTimeS)?.key, "A");
    assertEquals(claims.find("bob", runTimeS)?.key, "B");
  }
  assertEquals(claims.find("bob", CLAIM_TTL_S)?.key, undefined);
  assertEquals(mailbox.count("A", LETTER_TTL_S - 1), 2);
  assertEquals(mailbox.count("A", LETTER_TTL_S), 0);
  mailbox.deposit(letterTo("A", new Uint8Array(1)), 0);
  const numbers = mailbox.collect("A", {}, 0).map(({ number }) => number);
  assertEquals(numbers, [7, 8, 9]);
});
