import { dirname } from "node:path";
import { clearMark, isMarkedCorrupt } from "./damage.ts";
import { Database } from "./database.ts";
import { DamagedError, NewerVersionError } from "./errors.ts";
import { damaged, explainFile, type Subject } from "./explain.ts";

/**
 * How long to wait for another process to let go of the file, in ms: one that
 * was just ended, say. A program must be able to say within 2 s that it cannot
 * start.
 */
const PATIENCE = 1800;

/** Which database to open. */
export interface DatabaseOptions extends Subject {
  /** Tells this program's files from others': 32 bits, the same for ever. */
  readonly applicationID: number;
  /**
   * The scripts that make the tables, oldest first. A file remembers how many
   * it has had, and gets the rest: one that was released must never change.
   */
  readonly migrations: readonly string[];
}

/**
 * Opens a database for this process alone, makes it if there is none, and
 * brings it up to date. Takes the same time however much is in it.
 *
 * The file can be read only by its owner, and so can the folder if it had to
 * be made. A transaction is on the disk once it is committed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDatabase } from "./mod.ts";
 *
 * using database = openDatabase({
 *   path: ":memory:", // or a file
 *   what: "the note file",
 *   ifDamaged: "Restore a copy of it.",
 *   applicationID: 0x6e6f7465,
 *   migrations: ["CREATE TABLE notes (text TEXT NOT NULL) STRICT"],
 * });
 * database.prepare("INSERT INTO notes VALUES (?)").run("buy milk");
 * const notes = database.prepare("SELECT text FROM notes").all();
 * assertEquals(notes.map((row) => row.text("text")), ["buy milk"]);
 * ```
 *
 * @throws {NewerVersionError} If a newer version of the program wrote it.
 * @throws {DamagedError} If it is damaged, or another program's.
 * @throws {LockedError} If another process has it open.
 * @throws {ReadOnlyError} If it, its folder or the disk cannot be written.
 * @throws {DiskFullError} If the disk is full.
 * @throws {StorageError} If it cannot be opened for another reason.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { path } = options;
  if (path !== ":memory:") makePrivate(options);
  using opening = new DisposableStack();
  const database = opening.use(new Database(options));
  // A process that is alone needs no memory shared with others: a full disk
  // cannot take that from it, and a second process is told to stay out.
  database.run(`
    PRAGMA busy_timeout = ${PATIENCE};
    PRAGMA locking_mode = EXCLUSIVE;
  `);
  const version = database.transaction(() => identify(database, options));
  database.run(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
  `);
  if (path !== ":memory:" && isMarkedCorrupt(path)) examine(database, options);
  migrate(database, options, version);
  opening.move();
  return database;
}

/** Makes the file and its folder, for their owner alone. */
function makePrivate(options: DatabaseOptions): void {
  const { path } = options;
  try {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives its other files the same mode. An existing file must not be
    // opened here: closing it would give up SQLite's locks on it.
    try {
      Deno.openSync(path, { createNew: true, write: true, mode: 0o600 })
        .close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const mode = Deno.statSync(path).mode ?? 0;
    if (Deno.build.os !== "windows" && (mode & 0o077) !== 0) {
      Deno.chmodSync(path, mode & 0o700);
    }
  } catch (error) {
    throw explainFile(error, options);
  }
}

/** How many migrations the file has had; 0 if it is new. */
function identify(database: Database, options: DatabaseOptions): number {
  // Reading the schema finds damage at the front, and a file cut short.
  const { path, what, applicationID, migrations } = options;
  const tables = number(database, "SELECT count(*) AS n FROM sqlite_schema");
  const version = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  if (application === 0 && version === 0 && tables === 0) return 0;
  if (application !== applicationID) {
    throw new DamagedError(
      `${path} is not ${what} but another program's. ${options.ifDamaged}`,
    );
  }
  if (version > migrations.length) {
    throw new NewerVersionError(
      `${what} ${path} was written by a newer version of this program: use ` +
        "that version, or another folder",
    );
  }
  return version;
}

/** Looks at all of a file in which damage was met. */
function examine(database: Database, options: DatabaseOptions): void {
  const found = database.prepare("PRAGMA integrity_check(1)").get()
    ?.text("integrity_check") ?? "";
  if (found !== "ok") throw damaged(found, options);
  clearMark(options.path);
}

function migrate(
  database: Database,
  { applicationID, migrations }: DatabaseOptions,
  version: number,
): void {
  for (const [index, script] of migrations.slice(version).entries()) {
    database.transaction(() => {
      database.run(script);
      database.run(`
        PRAGMA application_id = ${applicationID};
        PRAGMA user_version = ${version + index + 1};
      `);
    });
  }
}

function pragma(database: Database, name: string): number {
  return database.prepare(`PRAGMA ${name}`).get()?.integer(name) ?? 0;
}

function number(database: Database, sql: string): number {
  return database.prepare(sql).get()?.integer("n") ?? 0;
}
