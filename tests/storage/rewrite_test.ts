import { assert, assertEquals, assertFalse, assertLess } from "@std/assert";
import { openDatabase } from "../../lib/storage/mod.ts";
import { canShrink, makeUnshrinkable } from "../support/old_database.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { addNote, openNotes, readNotes } from "./notes_database.ts";

/** A schema with all kinds of tables. */
const SCHEMA = `
  CREATE TABLE numbered (
    number INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB, text TEXT
  ) STRICT;
  CREATE TABLE named (name TEXT PRIMARY KEY, value REAL) STRICT, WITHOUT ROWID;
  CREATE TABLE counter (count INTEGER NOT NULL) STRICT;
  INSERT INTO counter VALUES (0);
  CREATE TRIGGER counted AFTER INSERT ON numbered BEGIN
    UPDATE counter SET count = count + 1;
  END;
  CREATE VIRTUAL TABLE words USING fts5 (
    text, content = 'numbered', content_rowid = 'number'
  );
  CREATE TRIGGER indexed AFTER INSERT ON numbered BEGIN
    INSERT INTO words (rowid, text) VALUES (new.number, new.text);
  END;
`;

function openAll(path: string) {
  return openDatabase({
    path,
    what: "the file",
    ifDamaged: "Restore a copy of it.",
    applicationID: 0x6e6f7465,
    migrations: [SCHEMA],
  });
}

Deno.test("a file that cannot shrink is replaced by one that can, with all that is in it", () => {
  using temp = new TempFolder();
  const path = temp.join("all.db");
  {
    using database = openAll(path);
    for (let n = 0; n < 1000; n++) {
      database.prepare("INSERT INTO numbered (bytes, text) VALUES (?, ?)")
        .run(n % 3 === 0 ? null : new Uint8Array([n % 256, 0]), `word${n}`);
      database.prepare("INSERT INTO named VALUES (?, ?)").run(`${n}`, n / 3);
    }
    database.run(`
      DELETE FROM numbered WHERE number = 1000;
      UPDATE counter SET count = 5000;
    `);
  }
  makeUnshrinkable(path);
  {
    using database = openAll(path);
    const number = (sql: string) =>
      database.prepare(sql).get()?.integer("n") ?? 0;
    assertEquals(number("SELECT count(*) AS n FROM numbered"), 999);
    assertEquals(number("SELECT count(*) AS n FROM named"), 1000);
    assertEquals(number("SELECT count AS n FROM counter"), 5000);
    const search = "SELECT rowid AS n FROM words WHERE words MATCH 'word41'";
    assertEquals(number(search), 42);
    const row = database.prepare("SELECT * FROM numbered WHERE number = ?");
    assertEquals(row.get(2)?.bytes("bytes"), new Uint8Array([1, 0]));
    assert(row.get(1)?.isNull("bytes"));
    database.run("INSERT INTO numbered (text) VALUES ('next')");
    assertEquals(number("SELECT max(number) AS n FROM numbered"), 1001);
  }
  assert(canShrink(path));
  assertEquals(temp.names(), ["all.db"]);
});

Deno.test("a file is replaced once, and can shrink then", () => {
  using temp = new TempFolder();
  const path = temp.join("notes.db");
  {
    using database = openNotes(path);
    for (let n = 0; n < 100; n++) addNote(database, "x".repeat(20_000));
  }
  makeUnshrinkable(path);
  const full = Deno.statSync(path).size;
  openNotes(path).close();
  const { ino } = Deno.statSync(path);
  {
    using database = openNotes(path);
    assertEquals(readNotes(database).length, 100);
    database.run("DELETE FROM notes WHERE number > 10");
    database.shrink();
  }
  assertEquals(Deno.statSync(path).ino, ino);
  assertLess(Deno.statSync(path).size, full / 4);
});

Deno.test("a file stays as it is where no other can be made beside it", () => {
  using temp = new TempFolder();
  const path = temp.join("notes.db");
  {
    using database = openNotes(path);
    addNote(database, "one");
  }
  makeUnshrinkable(path);
  Deno.mkdirSync(`${path}.new/folder`, { recursive: true });
  for (const note of ["two", "three"]) {
    using database = openNotes(path);
    addNote(database, note);
  }
  assertFalse(canShrink(path));
  using database = openNotes(path);
  assertEquals(readNotes(database), ["one", "two", "three"]);
});

Deno.test("what an interrupted start has left of a new file is removed", () => {
  using temp = new TempFolder();
  const path = temp.join("notes.db");
  {
    using database = openNotes(path);
    addNote(database, "one");
  }
  makeUnshrinkable(path);
  for (const end of ["", "-wal", "-journal"]) {
    Deno.writeTextFileSync(`${path}.new${end}`, "half of it", { mode: 0o600 });
  }
  using database = openNotes(path);
  assertEquals(readNotes(database), ["one"]);
  assertEquals(
    temp.names().filter((name) => name.includes(".new")),
    [],
  );
});
