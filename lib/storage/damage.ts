/**
 * SQLite finds corruption in the middle of a file only when it reads there, and to
 * check a large file takes seconds. So a file is checked only at the start after
 * SQLite has found corruption: a mark, which is a file beside it, says so.
 */
const MARK =
  "SQLite found corruption in this database. It is checked at the next start.\n";

/** Marks a database as corrupt: it is checked when it is opened next. */
export function markCorrupt(path: string): void {
  if (path === ":memory:") return;
  try {
    Deno.writeTextFileSync(markPath(path), MARK, { mode: 0o600 });
  } catch {
    // The corruption itself is reported already.
  }
}

/** Whether a database is marked as corrupt. */
export function isMarkedCorrupt(path: string): boolean {
  try {
    return Deno.statSync(markPath(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes the mark: the database is intact, or gone. */
export function clearMark(path: string): void {
  try {
    Deno.removeSync(markPath(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Moves a damaged database to a name that is not in use.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { moveAside } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/store.db`, "damaged");
 * const aside = moveAside(`${folder}/store.db`, Date.UTC(2026, 0, 2, 3, 4, 5));
 * assertEquals(aside, `${folder}/store.db.damaged-20260102T030405000Z`);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param path Where it is.
 * @param now The time, in ms since the epoch: it becomes part of the name.
 * @returns The new name.
 * @throws {Error} If the folder cannot be written.
 */
export function moveAside(path: string, now: number): string {
  const aside = freeName(
    `${path}.damaged-${new Date(now).toISOString().replaceAll(/[-:.]/g, "")}`,
  );
  // The log first: SQLite would apply one that is left behind to the next file.
  for (const ending of ["-wal", "-shm", ""]) {
    if (exists(path + ending)) Deno.renameSync(path + ending, aside + ending);
  }
  clearMark(path);
  return aside;
}

function freeName(name: string): string {
  let free = name;
  for (let n = 2; ["", "-wal", "-shm"].some((e) => exists(free + e)); n++) {
    free = `${name}-${n}`;
  }
  return free;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function markPath(path: string): string {
  return `${path}.suspect`;
}
