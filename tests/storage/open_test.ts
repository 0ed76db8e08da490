import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { lchown } from "node:fs/promises";
import { dirname } from "node:path";
import {
  DamagedError,
  NewerVersionError,
  StorageError,
} from "../../lib/storage/mod.ts";
import { addNote, openNotes, readNotes } from "./notes_database.ts";
import { namesIn, TempFolder } from "../support/temp_folder.ts";

const windows = Deno.build.os === "windows";

function mode(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

/** A closed database with enough in it to have a middle. */
function makeNotes(path: string): void {
  using database = openNotes(path);
  database.transaction(() => {
    for (let n = 0; n < 1000; n++) addNote(database, `${n} `.repeat(100));
  });
}

/** Writes over a part of a file. */
function overwrite(path: string, offset: number, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(offset, Deno.SeekMode.Start);
  file.writeSync(bytes);
}

Deno.test("what was stored is there when the file is opened again", () => {
  using temp = new TempFolder();
  withNotes(temp.join("notes.db"), (database) => addNote(database, "one"));
  withNotes(
    temp.join("notes.db"),
    (database) => assertEquals(readNotes(database), ["one"]),
  );
  assertEquals(temp.names(), ["notes.db"]);
});

Deno.test({
  name: "the folder and every file in it are their owner's alone",
  ignore: windows,
  fn: () => {
    using temp = new TempFolder();
    const path = temp.join("a", "b", "notes.db");
    using database = openNotes(path);
    addNote(database, "one");
    assertEquals(namesIn(dirname(path)), ["notes.db", "notes.db-wal"]);
    for (const name of namesIn(dirname(path))) {
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
    using temp = new TempFolder();
    Deno.writeTextFileSync(temp.join("notes.db"), "", { mode: 0o600 });
    Deno.chmodSync(temp.join("notes.db"), 0o644);
    using _database = openNotes(temp.join("notes.db"));
    assertEquals(mode(temp.join("notes.db")), 0o600);
  },
});

Deno.test({
  name: "a file, or one that belongs to it, that others could write is refused",
  ignore: windows,
  fn: () => {
    const further = ["notes.db-wal", "notes.db-shm", "notes.db-journal"];
    for (const name of ["notes.db", ...further]) {
      using temp = new TempFolder();
      makeNotes(temp.join("notes.db"));
      const path = temp.join(name);
      if (name !== "notes.db") Deno.writeTextFileSync(path, "");
      for (const bits of [0o620, 0o602, 0o666]) {
        Deno.chmodSync(path, bits);
        const before = Deno.readFileSync(path);
        assertThrows(
          () => openNotes(temp.join("notes.db")),
          StorageError,
          `run chmod go-w "${path}"`,
        );
        assertEquals(mode(path), bits);
        assertEquals(Deno.readFileSync(path), before);
      }
      Deno.chmodSync(path, 0o600);
      using database = openNotes(temp.join("notes.db"));
      assertEquals(readNotes(database).length, 1000);
    }
  },
});

Deno.test({
  name: "a folder in which others could write is refused, and gets no file",
  ignore: windows,
  fn: () => {
    using temp = new TempFolder();
    for (const bits of [0o720, 0o702, 0o777]) {
      Deno.chmodSync(temp.path, bits);
      assertThrows(
        () => openNotes(temp.join("notes.db")),
        StorageError,
        `run chmod go-w "${temp.path}"`,
      );
      assertEquals(temp.names(), []);
    }
    // Others may read there: the file itself is not theirs to read.
    Deno.chmodSync(temp.path, 0o755);
    using database = openNotes(temp.join("notes.db"));
    assertEquals(readNotes(database), []);
  },
});

Deno.test({
  name: "a link to a file that others could write or replace is refused",
  ignore: windows,
  fn: () => {
    using temp = new TempFolder();
    const link = temp.join("notes.db");
    makeNotes(temp.join("elsewhere", "other.db"));
    const folder = Deno.realPathSync(temp.join("elsewhere"));
    const path = `${folder}/other.db`;
    Deno.symlinkSync(path, link);
    const isRefused = (what: string) =>
      assertThrows(() => openNotes(link), StorageError, `go-w "${what}"`);
    Deno.chmodSync(path, 0o620);
    isRefused(path);
    Deno.chmodSync(path, 0o600);
    Deno.chmodSync(folder, 0o770);
    isRefused(folder);
    Deno.chmodSync(folder, 0o700);
    for (const end of ["-wal", "-shm", "-journal"]) {
      Deno.writeTextFileSync(path + end, "");
      Deno.chmodSync(path + end, 0o602);
      isRefused(path + end);
      Deno.removeSync(path + end);
    }
    using database = openNotes(link);
    assertEquals(readNotes(database).length, 1000);
  },
});

Deno.test({
  name: "a link to no file is refused, and nothing is created there",
  ignore: windows,
  fn: () => {
    using temp = new TempFolder();
    Deno.symlinkSync(temp.join("elsewhere.db"), temp.join("notes.db"));
    assertThrows(
      () => openNotes(temp.join("notes.db")),
      StorageError,
      `${temp.join("notes.db")} is a link to a file that does not exist`,
    );
    assertEquals(temp.names(), ["notes.db"]);
  },
});

Deno.test({
  name: "in a folder where others can add files, only the user's own is opened",
  ignore: Deno.build.os !== "linux" || Deno.uid() !== 0,
  fn: async () => {
    using temp = new TempFolder();
    Deno.chmodSync(temp.path, 0o1777);
    const path = temp.join("notes.db");
    makeNotes(path);
    const nobody = 65534;
    Deno.chownSync(path, nobody, nobody);
    assertThrows(() => openNotes(path), StorageError, "other users");
    Deno.chownSync(path, 0, 0);
    {
      using database = openNotes(path);
      assertEquals(readNotes(database).length, 1000);
    }
    const link = temp.join("link.db");
    Deno.symlinkSync(path, link);
    await lchown(link, nobody, nobody);
    assertThrows(() => openNotes(link), StorageError, "other users");
    await lchown(link, 0, 0);
    using database = openNotes(link);
    assertEquals(readNotes(database).length, 1000);
  },
});

Deno.test("a file gets the migrations that it has not had, each once", () => {
  using temp = new TempFolder();
  withNotes(temp.join("notes.db"), (database) => addNote(database, "one"));
  const more = [
    "INSERT INTO notes (text) VALUES ('two')",
    "INSERT INTO notes (text) VALUES ('three')",
  ];
  for (let time = 0; time < 2; time++) {
    using database = openNotes(temp.join("notes.db"), more);
    assertEquals(readNotes(database), ["one", "two", "three"]);
  }
});

Deno.test("a migration that fails leaves the file as the last one left it", () => {
  using temp = new TempFolder();
  const good = "INSERT INTO notes (text) VALUES ('one')";
  const bad = "INSERT INTO notes (text) VALUES ('two'); SELECT * FROM nothing";
  assertThrows(
    () => openNotes(temp.join("notes.db"), [good, bad]),
    StorageError,
  );
  using database = openNotes(temp.join("notes.db"), [good]);
  assertEquals(readNotes(database), ["one"]);
});

Deno.test("a file that a newer version wrote is refused and left as it is", () => {
  using temp = new TempFolder();
  withNotes(temp.join("notes.db"), () => {}, [
    "CREATE TABLE more (text TEXT) STRICT",
  ]);
  const before = Deno.readFileSync(temp.join("notes.db"));
  assertThrows(
    () => openNotes(temp.join("notes.db")),
    NewerVersionError,
    temp.join("notes.db"),
  );
  assertEquals(Deno.readFileSync(temp.join("notes.db")), before);
});

Deno.test("another program's database is refused and left as it is", () => {
  using temp = new TempFolder();
  const other = new DatabaseSync(temp.join("notes.db"));
  other.exec("CREATE TABLE theirs (x)");
  other.close();
  const before = Deno.readFileSync(temp.join("notes.db"));
  assertThrows(
    () => openNotes(temp.join("notes.db")),
    DamagedError,
    "another program wrote it",
  );
  assertEquals(Deno.readFileSync(temp.join("notes.db")), before);
});

Deno.test("a file that is no database is refused and left as it is", () => {
  using temp = new TempFolder();
  const letter = new TextEncoder().encode("Dear diary, ".repeat(1000));
  Deno.writeFileSync(temp.join("notes.db"), letter);
  assertThrows(
    () => openNotes(temp.join("notes.db")),
    DamagedError,
    "Restore a copy",
  );
  assertEquals(Deno.readFileSync(temp.join("notes.db")), letter);
});

Deno.test("a file damaged at the front is refused, wherever in its first page", () => {
  for (const offset of [0, 30, 100]) {
    using temp = new TempFolder();
    makeNotes(temp.join("notes.db"));
    overwrite(temp.join("notes.db"), offset, new Uint8Array(40).fill(0xa5));
    assertThrows(
      () => openNotes(temp.join("notes.db")),
      DamagedError,
      temp.join("notes.db"),
    );
  }
});

Deno.test("a file cut short is refused", () => {
  using temp = new TempFolder();
  makeNotes(temp.join("notes.db"));
  Deno.truncateSync(
    temp.join("notes.db"),
    Deno.statSync(temp.join("notes.db")).size / 2,
  );
  assertThrows(() => openNotes(temp.join("notes.db")), DamagedError);
});

Deno.test("damage in the middle is reported when it is found, and from then on at the start", () => {
  using temp = new TempFolder();
  makeNotes(temp.join("notes.db"));
  overwrite(
    temp.join("notes.db"),
    20 * 4096,
    new Uint8Array(40_960).fill(0xa5),
  );
  withNotes(temp.join("notes.db"), (database) => {
    assertThrows(() => readNotes(database), DamagedError, "Restore a copy");
  });
  for (let start = 0; start < 2; start++) {
    assertThrows(
      () => openNotes(temp.join("notes.db")),
      DamagedError,
      "Restore a copy",
    );
  }
});

Deno.test("a copy restored in place of a damaged file is taken", () => {
  using temp = new TempFolder();
  makeNotes(temp.join("notes.db"));
  const copy = Deno.readFileSync(temp.join("notes.db"));
  overwrite(temp.join("notes.db"), 0, new Uint8Array(40));
  assertThrows(() => openNotes(temp.join("notes.db")), DamagedError);
  Deno.writeFileSync(temp.join("notes.db"), copy);
  withNotes(
    temp.join("notes.db"),
    (database) => assertEquals(readNotes(database).length, 1000),
  );
  assertEquals(temp.names(), ["notes.db"]);
});

Deno.test("a folder where the file should be is refused in words", () => {
  using temp = new TempFolder();
  Deno.mkdirSync(temp.join("notes.db"));
  const error = assertThrows(
    () => openNotes(temp.join("notes.db")),
    StorageError,
  );
  assert(error.message.includes(temp.join("notes.db")));
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
