/** What SQLite appends to the name of a database for its other files. */
export const FURTHER_FILES = ["-wal", "-journal", "-shm"] as const;

/** Whether there is a file of a name, or something else. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes a database with its other files, as far as they are there. */
export function removeDatabase(path: string): void {
  for (const end of [...FURTHER_FILES, ""]) {
    if (exists(path + end)) Deno.removeSync(path + end);
  }
}
