import { type Database, openDatabase } from "../../lib/storage/mod.ts";

/** A database of the tests': numbered notes. */
export function openNotes(path: string, more: readonly string[] = []) {
  return openDatabase({
    path,
    what: "the note file",
    ifDamaged: "Restore a copy of it.",
    applicationID: 0x6e6f7465,
    migrations: [
      "CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT) STRICT",
      ...more,
    ],
  });
}

/** Adds a note; it is on the disk when this returns. */
export function add(database: Database, text: string): void {
  database.prepare("INSERT INTO notes (text) VALUES (?)").run(text);
}

/** The notes, oldest first. */
export function notes(database: Database): string[] {
  return database.prepare("SELECT text FROM notes ORDER BY number").all()
    .map((row) => row.text("text"));
}

/** A folder that goes with the test, and a place in it that holds nothing. */
export function somewhere(): { folder: string; path: string } & Disposable {
  const folder = Deno.makeTempDirSync({ prefix: "p2pchat-test-" });
  return {
    folder,
    path: `${folder}/notes.db`,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** The names of the files beside a file, itself too. */
export function beside(path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
