import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { LockedError } from "../../lib/storage/mod.ts";
import { addNote, openNotes, readNotes } from "./notes_database.ts";
import { TempFolder } from "../support/temp_folder.ts";
import {
  notesCommand,
  notesOnReadOnlyDisk,
  notesOnSmallDisk,
} from "./notes_process.ts";
import {
  lastLineWhenKilled,
  lines,
  outputLines,
} from "../support/subprocess.ts";

Deno.test("a full disk is reported, and all that was reported as stored is", async () => {
  using temp = new TempFolder();
  const folder = temp.path;
  const [error = "", full = "", again] = await outputLines(
    notesOnSmallDisk(folder, "fill", temp.join("notes.db")),
  );
  assertMatch(error, /^DiskFullError: the disk is full: nothing was stored/);
  const [, claimed, read] = /^claimed (\d+), read (\d+)$/.exec(full) ?? [];
  assert(Number(claimed) > 0);
  assertEquals(read, claimed);
  assertEquals(again, `opened again, read ${claimed}`);
});

Deno.test({
  name: "a disk that cannot be written is told, with a file on it and without",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using temp = new TempFolder();
    withNotes(temp.join("notes.db"), (database) => addNote(database, "one"));
    const folder = temp.path;
    for (
      const path of [
        temp.join("notes.db"),
        `${folder}/new.db`,
        `${folder}/new/n.db`,
      ]
    ) {
      const [error = ""] = await outputLines(
        notesOnReadOnlyDisk(folder, "open", path),
      );
      assertMatch(
        error,
        /^ReadOnlyError: the note file \S+ cannot be written: check/,
      );
    }
    Deno.chmodSync(folder, 0o700);
  },
});

Deno.test("a file that another process has open is refused, until that ends", async () => {
  using temp = new TempFolder();
  const holder = notesCommand("hold", temp.join("notes.db")).spawn();
  const said = lines(holder).getReader();
  assertEquals((await said.read()).value, "open");
  assertThrows(
    () => openNotes(temp.join("notes.db")),
    LockedError,
    "another process",
  );
  holder.kill("SIGKILL");
  assertEquals((await said.read()).done, true);
  await holder.status;
  withNotes(
    temp.join("notes.db"),
    (database) => assertEquals(readNotes(database), []),
  );
});

Deno.test("a file that another process is just letting go of is waited for", async () => {
  using temp = new TempFolder();
  const holder = notesCommand("hold", temp.join("notes.db"), "100").spawn();
  const said = lines(holder).getReader();
  assertEquals((await said.read()).value, "open");
  withNotes(
    temp.join("notes.db"),
    (database) => assertEquals(readNotes(database), []),
  );
  assertEquals((await said.read()).done, true);
  await holder.status;
});

Deno.test("all that was stored when the process is killed is there, in order", async () => {
  using temp = new TempFolder();
  for (let round = 1; round <= 3; round++) {
    const last = Number(
      await lastLineWhenKilled(
        notesCommand("count", temp.join("notes.db")),
        50,
      ),
    );
    using database = openNotes(temp.join("notes.db"));
    const found = readNotes(database);
    // The one that it was killed before it could print may be there as well.
    assert(found.length === last + 1 || found.length === last + 2);
    assertEquals(found, found.map((_, n) => String(n)));
  }
});

/** Opens a database for the time of some work. */
function withNotes(
  path: string,
  work: (database: ReturnType<typeof openNotes>) => void,
): void {
  using database = openNotes(path);
  work(database);
}
