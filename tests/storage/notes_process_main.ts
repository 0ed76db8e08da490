/**
 * A process that uses a database of notes: `notes_process_main.ts TASK PATH`. It
 * prints a line for each step that it has done.
 *
 * @module
 */
import { StorageError } from "../../lib/storage/mod.ts";
import { addNote, openNotes, readNotes } from "./notes_database.ts";
import { at } from "../support/at.ts";

const task = at(Deno.args, 0);
const path = at(Deno.args, 1);
const rest = Deno.args.slice(2);

/** Opens the file, or prints why it cannot. */
function open(): void {
  using _database = openNotes(path);
  console.log("open");
}

/** Holds the file for a time in ms, or until it is killed. */
function hold(): void {
  const database = openNotes(path);
  console.log("open");
  const time = rest.length > 0 ? Number(rest[0]) : 60_000;
  setTimeout(() => database.close(), time);
}

/** Adds numbered notes until it is killed. */
function count(): void {
  using database = openNotes(path);
  for (let n = readNotes(database).length;; n++) {
    addNote(database, String(n));
    console.log(String(n));
  }
}

/** Adds notes until the disk is full, and prints how many were stored. */
function fill(): void {
  const [pages] = rest;
  let stored = 0;
  using(() => {
    const database = openNotes(path);
    if (pages !== undefined) database.run(`PRAGMA max_page_count = ${pages}`);
    return database;
  }, (database) => {
    try {
      for (;; stored++) addNote(database, "x".repeat(10_000));
    } catch (error) {
      console.log(describe(error));
    }
    console.log(`claimed ${stored}, read ${readNotes(database).length}`);
  });
  using database = openNotes(path);
  console.log(`opened again, read ${readNotes(database).length}`);
}

function using<T extends Disposable>(open: () => T, work: (it: T) => void) {
  using it = open();
  work(it);
}

function describe(error: unknown): string {
  if (!(error instanceof StorageError)) throw error;
  return `${error.name}: ${error.message}`;
}

const tasks: Record<string, () => void> = { open, hold, count, fill };
const work = tasks[task];
if (work === undefined) throw new Error(`there is no task ${task}`);
try {
  work();
} catch (error) {
  console.log(describe(error));
}
