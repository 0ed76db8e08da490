import { type Database, openDatabase } from "../../lib/storage/mod.ts";

/** Opens a database for the tests: numbered notes. */
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
export function addNote(database: Database, text: string): void {
  database.prepare("INSERT INTO notes (text) VALUES (?)").run(text);
}

/** The notes, oldest first. */
export function readNotes(database: Database): string[] {
  return database.prepare("SELECT text FROM notes ORDER BY number").all()
    .map((row) => row.text("text"));
}
