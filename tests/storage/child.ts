/**
 * A process of its own for the tests: `child.ts TASK PATH`. It prints a line
 * for everything that it has done.
 *
 * @module
 */
import { StorageError } from "../../lib/storage/mod.ts";
import { add, notes, openNotes } from "./notes.ts";
import { at } from "../support/at.ts";

const task = at(Deno.args, 0);
const path = at(Deno.args, 1);
const rest = Deno.args.slice(2);

/** Opens the file and says why not. */
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
  for (let n = notes(database).length;; n++) {
    add(database, String(n));
    console.log(String(n));
  }
}

/** Adds notes until the disk is full, and says how many were stored. */
function fill(): void {
  const [pages] = rest;
  let stored = 0;
  using(() => {
    const database = openNotes(path);
    if (pages !== undefined) database.run(`PRAGMA max_page_count = ${pages}`);
    return database;
  }, (database) => {
    try {
      for (;; stored++) add(database, "x".repeat(10_000));
    } catch (error) {
      console.log(told(error));
    }
    console.log(`claimed ${stored}, read ${notes(database).length}`);
  });
  using database = openNotes(path);
  console.log(`opened again, read ${notes(database).length}`);
}

function using<T extends Disposable>(open: () => T, work: (it: T) => void) {
  using it = open();
  work(it);
}

function told(error: unknown): string {
  if (!(error instanceof StorageError)) throw error;
  return `${error.name}: ${error.message}`;
}

const tasks: Record<string, () => void> = { open, hold, count, fill };
const work = tasks[task];
if (work === undefined) throw new Error(`there is no task ${task}`);
try {
  work();
} catch (error) {
  console.log(told(error));
}
