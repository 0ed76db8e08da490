import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import {
  DamagedError,
  NewerVersionError,
  StorageError,
} from "../../lib/storage/mod.ts";
import { add, beside, notes, openNotes, somewhere } from "./notes.ts";

const windows = Deno.build.os === "windows";

function mode(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

/** A closed database with enough in it to have a middle. */
function makeNotes(path: string): void {
  using database = openNotes(path);
  database.transaction(() => {
    for (let n = 0; n < 1000; n++) add(database, `${n} `.repeat(100));
  });
}

/** Writes over a part of a file. */
function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(offset, Deno.SeekMode.Start);
  file.writeSync(bytes);
}

Deno.test("what was stored is there when the file is opened again", () => {
  using place = somewhere();
  withNotes(place.path, (database) => add(database, "one"));
  withNotes(place.path, (database) => assertEquals(notes(database), ["one"]));
  assertEquals(beside(place.path), ["notes.db"]);
});

Deno.test({
  name: "the folder and every file in it are their owner's alone",
  ignore: windows,
  fn: () => {
    using place = somewhere();
    const path = `${dirname(place.path)}/a/b/notes.db`;
    using database = openNotes(path);
    add(database, "one");
    assertEquals(beside(path), ["notes.db", "notes.db-wal"]);
    for (const name of beside(path)) {
      assertEquals(mode(`${dirname(path)}/${name}`), 0o600);
    }
    assertEquals(mode(dirname(path)), 0o700);
    assertEquals(mode(dirname(dirname(path))), 0o700);
  },
});

Deno.test({
  name: "a file that others could read is taken from them",
  ignore: windows,
  fn: () => {
    using place = somewhere();
    Deno.writeTextFileSync(place.path, "", { mode: 0o600 });
    Deno.chmodSync(place.path, 0o664);
    using _database = openNotes(place.path);
    assertEquals(mode(place.path), 0o600);
  },
});

Deno.test("a file gets the migrations that it has not had, each once", () => {
  using place = somewhere();
  withNotes(place.path, (database) => add(database, "one"));
  const more = [
    "INSERT INTO notes (text) VALUES ('two')",
    "INSERT INTO notes (text) VALUES ('three')",
  ];
  for (let time = 0; time < 2; time++) {
    using database = openNotes(place.path, more);
    assertEquals(notes(database), ["one", "two", "three"]);
  }
});

Deno.test("a migration that fails leaves the file as the last one left it", () => {
  using place = somewhere();
  const good = "INSERT INTO notes (text) VALUES ('one')";
  const bad = "INSERT INTO notes (text) VALUES ('two'); SELECT * FROM nothing";
  assertThrows(() => openNotes(place.path, [good, bad]), StorageError);
  using database = openNotes(place.path, [good]);
  assertEquals(notes(database), ["one"]);
});

Deno.test("a file that a newer version wrote is refused and left as it is", () => {
  using place = somewhere();
  withNotes(place.path, () => {}, ["CREATE TABLE more (text TEXT) STRICT"]);
  const before = Deno.readFileSync(place.path);
  assertThrows(() => openNotes(place.path), NewerVersionError, place.path);
  assertEquals(Deno.readFileSync(place.path), before);
});

Deno.test("another program's database is refused and left as it is", () => {
  using place = somewhere();
  const other = new DatabaseSync(place.path);
  other.exec("CREATE TABLE theirs (x)");
  other.close();
  const before = Deno.readFileSync(place.path);
  assertThrows(() => openNotes(place.path), DamagedError, "another program's");
  assertEquals(Deno.readFileSync(place.path), before);
});

Deno.test("a file that is no database is refused and left as it is", () => {
  using place = somewhere();
  const letter = new TextEncoder().encode("Dear diary, ".repeat(1000));
  Deno.writeFileSync(place.path, letter);
  assertThrows(() => openNotes(place.path), DamagedError, "Restore a copy");
  assertEquals(Deno.readFileSync(place.path), letter);
});

Deno.test("a file damaged at the front is refused, wherever in its first page", () => {
  for (const offset of [0, 30, 100]) {
    using place = somewhere();
    makeNotes(place.path);
    overwrite(place.path, offset, new Uint8Array(40).fill(0xa5));
    assertThrows(() => openNotes(place.path), DamagedError, place.path);
  }
});

Deno.test("a file cut short is refused", () => {
  using place = somewhere();
  makeNotes(place.path);
  Deno.truncateSync(place.path, Deno.statSync(place.path).size / 2);
  assertThrows(() => openNotes(place.path), DamagedError);
});

Deno.test("damage in the middle is told when it is met, and from then on at the start", () => {
  using place = somewhere();
  makeNotes(place.path);
  overwrite(place.path, 20 * 4096, new Uint8Array(40_960).fill(0xa5));
  withNotes(place.path, (database) => {
    assertThrows(() => notes(database), DamagedError, "Restore a copy");
  });
  for (let start = 0; start < 2; start++) {
    assertThrows(() => openNotes(place.path), DamagedError, "Restore a copy");
  }
});

Deno.test("a copy restored in place of a damaged file is taken", () => {
  using place = somewhere();
  makeNotes(place.path);
  const copy = Deno.readFileSync(place.path);
  overwrite(place.path, 0, new Uint8Array(40));
  assertThrows(() => openNotes(place.path), DamagedError);
  Deno.writeFileSync(place.path, copy);
  withNotes(
    place.path,
    (database) => assertEquals(notes(database).length, 1000),
  );
  assertEquals(beside(place.path), ["notes.db"]);
});

Deno.test("a folder where the file should be is refused in words", () => {
  using place = somewhere();
  Deno.mkdirSync(place.path);
  const error = assertThrows(() => openNotes(place.path), StorageError);
  assert(error.message.includes(place.path));
});

/** Opens a database for the time of some work. */
function withNotes(
  path: string,
  work: (database: ReturnType<typeof openNotes>) => void,
  more: readonly string[] = [],
): void {
  using database = openNotes(path, more);
  work(database);
}
