import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { DiskFullError, StorageError } from "../../lib/storage/mod.ts";
import { withoutNumbers } from "../../lib/storage/parameters.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { addNote, openNotes, readNotes } from "./notes_database.ts";

Deno.test("a transaction gives what its work gives and keeps all of it", () => {
  using database = openNotes(":memory:");
  const result = database.transaction(() => {
    addNote(database, "one");
    addNote(database, "two");
    return 2;
  });
  assertEquals(result, 2);
  assertEquals(readNotes(database), ["one", "two"]);
});

Deno.test("a transaction that throws keeps nothing, and the next one works", () => {
  using database = openNotes(":memory:");
  assertThrows(
    () =>
      database.transaction(() => {
        addNote(database, "one");
        throw new RangeError("stop");
      }),
    RangeError,
    "stop",
  );
  database.transaction(() => addNote(database, "two"));
  assertEquals(readNotes(database), ["two"]);
});

Deno.test("a transaction inside another is kept or lost with that one", () => {
  using database = openNotes(":memory:");
  database.transaction(() => {
    database.transaction(() => addNote(database, "one"));
    database.transaction(() => addNote(database, "two"));
  });
  assertThrows(() =>
    database.transaction(() => {
      database.transaction(() => addNote(database, "three"));
      throw new Error("stop");
    })
  );
  assertEquals(readNotes(database), ["one", "two"]);
});

Deno.test("a statement is run again with other values", () => {
  using database = openNotes(":memory:");
  const insert = database.prepare("INSERT INTO notes VALUES (?, ?)");
  assertEquals(insert.run(7, "seven"), 1);
  assertEquals(insert.run(8, null), 1);
  const find = database.prepare("SELECT text FROM notes WHERE number = ?");
  assertEquals(find.get(7)?.text("text"), "seven");
  assertEquals(find.get(9), undefined);
  const row = find.get(8);
  assertThrows(() => row?.text("text"), TypeError, "text");
});

Deno.test("numbers and bytes come back as they were stored", () => {
  using database = openNotes(":memory:", [
    "CREATE TABLE things (size INTEGER, body BLOB) STRICT",
  ]);
  const time = Date.UTC(9999, 0);
  const body = new Uint8Array([0, 255, 10]);
  database.prepare("INSERT INTO things VALUES (?, ?)").run(time, body);
  const row = database.prepare("SELECT * FROM things").get();
  assertEquals(row?.integer("size"), time);
  assertEquals(row?.bytes("body"), body);
  assertThrows(() => row?.integer("body"), TypeError);
  assertThrows(() => row?.bytes("size"), TypeError);
});

Deno.test("what SQLite refuses is a StorageError, when compiled and when run", () => {
  using database = openNotes(":memory:");
  assertThrows(() => database.prepare("SELECT * FROM nothing"), StorageError);
  assertThrows(() => database.run("SELECT * FROM nothing"), StorageError);
  const insert = database.prepare("INSERT INTO notes VALUES (1, 'one')");
  insert.run();
  assertThrows(() => insert.run(), StorageError, "the note file");
});

Deno.test("a transaction that meets the end of the room keeps nothing, and frees it", () => {
  using database = openNotes(":memory:");
  database.run("PRAGMA max_page_count = 20");
  const large = "x".repeat(10_000);
  assertThrows(
    () =>
      database.transaction(() => {
        for (let n = 0; n < 20; n++) addNote(database, large);
      }),
    DiskFullError,
    "nothing was stored in the note file",
  );
  assertEquals(readNotes(database), []);
  addNote(database, "small");
  assertEquals(readNotes(database), ["small"]);
});

Deno.test("a database that is closed refuses whatever is asked of it, and may be closed again", () => {
  const database = openNotes(":memory:");
  const statement = database.prepare("SELECT 1");
  database.close();
  database.close();
  for (
    const use of [
      () => statement.get(),
      () => database.prepare("SELECT 1"),
      () => database.run("SELECT 1"),
      () => database.transaction(() => {}),
    ]
  ) {
    assertThrows(use, StorageError, "is closed");
  }
});

Deno.test("a file gives back the space of what is removed, as much at once as is asked for", () => {
  using temp = new TempFolder();
  const path = temp.join("notes.db");
  using database = openNotes(path);
  for (let n = 0; n < 200; n++) addNote(database, "x".repeat(20_000));
  database.checkpoint();
  const full = Deno.statSync(path).size;
  database.run("DELETE FROM notes WHERE number % 10 <> 0");
  const { unused } = database.pages;
  database.shrink(100);
  assertEquals(database.pages.unused, unused - 100);
  database.shrink();
  assertEquals(database.pages.unused, 0);
  database.checkpoint();
  assertLess(Deno.statSync(path).size, full * 0.15);
  assertEquals(readNotes(database), Array(20).fill("x".repeat(20_000)));
  assertEquals(
    database.prepare("PRAGMA integrity_check").get()?.text("integrity_check"),
    "ok",
  );
});

Deno.test("numbered parameters are bound, in any order and more than once", () => {
  using database = openNotes(":memory:");
  const statement = database.prepare(
    "SELECT ?2 AS second, ?1 AS first, ?2 || ?1 || ?3 AS joined",
  );
  const row = statement.get("a", "b", "c");
  assertEquals(row?.text("first"), "a");
  assertEquals(row?.text("second"), "b");
  assertEquals(row?.text("joined"), "bac");
});

Deno.test("SQLite is given no numbered parameter, which Deno 2.5 cannot bind", () => {
  assertEquals(withoutNumbers("SELECT ?2, ?1, ?2"), {
    sql: "SELECT ?, ?, ?",
    order: [1, 0, 1],
  });
  const plain = "SELECT ?, ?";
  assertEquals(withoutNumbers(plain), { sql: plain, order: undefined });
});
