import { clearMark, isMarkedCorrupt } from "./corruption_mark.ts";
import { Database } from "./database.ts";
import { DamagedError, NewerVersionError } from "./errors.ts";
import { rewrite } from "./rewrite.ts";
import { createPrivateFile } from "./private_file.ts";
import { damaged, type DatabaseDescription } from "./translate_error.ts";

/**
 * How long to wait for another process, which may be ending, to release the file,
 * in ms. A program has to report within 2 s that it cannot start.
 */
const BUSY_TIMEOUT_MS = 1800;

/** Which database to open. */
export interface DatabaseOptions extends DatabaseDescription {
  /** Tells this program's files from those of others: 32 bits, never changed. */
  readonly applicationID: number;
  /**
   * The scripts that create the tables, oldest first. A file records how many it
   * has had, and gets the rest: a script that was released must never change.
   */
  readonly migrations: readonly string[];
}

/**
 * Opens a database for this process alone, creates it if there is none, and
 * brings its schema up to date. Takes the same time however much is in it, save
 * once for a file of an earlier version, which could not shrink. The caller holds
 * a lock besides that of the file.
 *
 * Only its owner can read the file, and the folder if that had to be created. A
 * transaction is on the disk once it is committed.
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
 * @throws {StorageError} If other users can write to it or its folder, or it
 * cannot be opened for another reason.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const database = openFile(options);
  if (options.path === ":memory:" || canShrink(database)) return database;
  return rewrite(database, options, openFile);
}

/** Whether the file was made such that it can shrink. */
function canShrink(database: Database): boolean {
  return pragma(database, "auto_vacuum") !== 0;
}

function openFile(options: DatabaseOptions): Database {
  const { path } = options;
  if (path !== ":memory:") createPrivateFile(options);
  using opening = new DisposableStack();
  const database = opening.use(new Database(options));
  // With an exclusive lock SQLite needs no memory shared with other processes,
  // which a full disk could deny it, and a second process cannot open the file.
  database.run(`
    PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
    PRAGMA locking_mode = EXCLUSIVE;
  `);
  // A file can shrink only if it was made so.
  if (isEmpty(path)) database.run("PRAGMA auto_vacuum = INCREMENTAL");
  const version = database.transaction(() => readVersion(database, options));
  database.run(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
  `);
  if (path !== ":memory:" && isMarkedCorrupt(path)) {
    checkIntegrity(database, options);
  }
  migrate(database, options, version);
  opening.move();
  return database;
}

/** Whether nothing is in a file yet, which must exist. */
function isEmpty(path: string): boolean {
  return path === ":memory:" || Deno.statSync(path).size === 0;
}

/** The version of the file: how many migrations it has had; 0 if it is new. */
function readVersion(database: Database, options: DatabaseOptions): number {
  // Reading the schema finds damage at the front, and a file cut short.
  const { path, what, applicationID, migrations } = options;
  const tables = count(database, "SELECT count(*) AS n FROM sqlite_schema");
  const version = pragma(database, "user_version");
  const application = pragma(database, "application_id");
  if (application === 0 && version === 0 && tables === 0) return 0;
  if (application !== applicationID) {
    throw new DamagedError(
      `${path} is not ${what}: another program wrote it. ${options.ifDamaged}`,
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

/** Checks a file in which SQLite has found corruption. */
function checkIntegrity(database: Database, options: DatabaseOptions): void {
  const result = database.prepare("PRAGMA integrity_check(1)").get()
    ?.text("integrity_check") ?? "";
  if (result !== "ok") throw damaged(result, options);
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

function count(database: Database, sql: string): number {
  return database.prepare(sql).get()?.integer("n") ?? 0;
}
