import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { dirname } from "node:path";
import { LockedError } from "../../lib/storage/mod.ts";
import { add, notes, openNotes, somewhere } from "./notes.ts";
import {
  child,
  childOnReadOnlyDisk,
  childOnSmallDisk,
  lastBeforeKilled,
  lines,
  printed,
} from "../support/processes.ts";

Deno.test("a full disk is told, and all that was claimed as stored is", async () => {
  using place = somewhere();
  const folder = dirname(place.path);
  const [error = "", full = "", again] = await printed(
    childOnSmallDisk(folder, "fill", place.path),
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
    using place = somewhere();
    withNotes(place.path, (database) => add(database, "one"));
    const folder = dirname(place.path);
    for (const path of [place.path, `${folder}/new.db`, `${folder}/new/n.db`]) {
      const [error = ""] = await printed(
        childOnReadOnlyDisk(folder, "open", path),
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
  using place = somewhere();
  const holder = child("hold", place.path).spawn();
  const said = lines(holder).getReader();
  assertEquals((await said.read()).value, "open");
  assertThrows(() => openNotes(place.path), LockedError, "another process");
  holder.kill("SIGKILL");
  assertEquals((await said.read()).done, true);
  await holder.status;
  withNotes(place.path, (database) => assertEquals(notes(database), []));
});

Deno.test("a file that another process is just letting go of is waited for", async () => {
  using place = somewhere();
  const holder = child("hold", place.path, "100").spawn();
  const said = lines(holder).getReader();
  assertEquals((await said.read()).value, "open");
  withNotes(place.path, (database) => assertEquals(notes(database), []));
  assertEquals((await said.read()).done, true);
  await holder.status;
});

Deno.test("all that was stored when the process is killed is there, in order", async () => {
  using place = somewhere();
  for (let round = 1; round <= 3; round++) {
    const last = Number(await lastBeforeKilled(child("count", place.path), 50));
    using database = openNotes(place.path);
    const found = notes(database);
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
