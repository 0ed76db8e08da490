/**
 * Damage in the middle of a file is met when it is read, and looking at a whole
 * file takes seconds where it is large. So it is looked at only at the start
 * that follows on SQLite's having met damage: a file beside it says so.
 */
const NOTE = "SQLite met damage here. The next start looks at all of it.\n";

/** Leaves the note that a database has to be looked at. */
export function markCorrupt(path: string): void {
  if (path === ":memory:") return;
  try {
    Deno.writeTextFileSync(notePath(path), NOTE, { mode: 0o600 });
  } catch {
    // The damage itself is being told already.
  }
}

/** Whether a database has to be looked at. */
export function isMarkedCorrupt(path: string): boolean {
  try {
    return Deno.statSync(notePath(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Takes the note away: the database is whole, or gone. */
export function clearMark(path: string): void {
  try {
    Deno.removeSync(notePath(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Moves a damaged database out of the way, under a name that nothing has yet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { setAside } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/store.db`, "damaged");
 * const aside = setAside(`${folder}/store.db`, Date.UTC(2026, 0, 2, 3, 4, 5));
 * assertEquals(aside, `${folder}/store.db.damaged-20260102T030405000Z`);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param path Where it is.
 * @param now The time, in ms since the epoch: it becomes part of the name.
 * @returns The new name.
 * @throws {Error} If the folder cannot be written.
 */
export function setAside(path: string, now: number): string {
  const aside = freeName(
    `${path}.damaged-${new Date(now).toISOString().replaceAll(/[-:.]/g, "")}`,
  );
  // The log first: left behind, it would be taken for the next file's.
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

function notePath(path: string): string {
  return `${path}.suspect`;
}
