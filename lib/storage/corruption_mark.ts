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

function markPath(path: string): string {
  return `${path}.suspect`;
}
