import {
  DamagedError,
  DiskFullError,
  LockedError,
  ReadOnlyError,
  StorageError,
} from "./errors.ts";

/** How a database is described in error messages. */
export interface DatabaseDescription {
  /** Where it is, or `:memory:`. */
  readonly path: string;
  /** What it is, as a phrase such as `the message file`. */
  readonly what: string;
  /** What to do if it is damaged, as a sentence. */
  readonly ifDamaged: string;
}

/** SQLite's result codes that the user can do something about. */
const enum Code {
  Busy = 5,
  ReadOnly = 8,
  Corrupt = 11,
  Full = 13,
  CannotOpen = 14,
  NotADatabase = 26,
  /** An extended code: the lock of a file that could be opened only to read. */
  CannotLock = 3850,
}

/**
 * SQLite's messages for those codes: some errors of the runtime have no code (in
 * Deno 2.5 that of a statement that cannot be prepared, in any Deno that of a
 * script).
 */
const MESSAGES: readonly (readonly [string, Code])[] = [
  ["database is locked", Code.Busy],
  ["attempt to write a readonly database", Code.ReadOnly],
  ["database disk image is malformed", Code.Corrupt],
  ["malformed database schema", Code.Corrupt],
  ["database or disk is full", Code.Full],
  ["unable to open database file", Code.CannotOpen],
  ["file is not a database", Code.NotADatabase],
];

/** Whether an error is SQLite's, and not a fault of the caller. */
export function isFromSQLite(error: unknown): error is Error {
  return error instanceof Error && "code" in error &&
    error.code === "ERR_SQLITE_ERROR";
}

/** The error that tells the user what to do about an error of SQLite. */
export function translateSQLiteError(
  error: Error,
  database: DatabaseDescription,
): StorageError {
  const { path, what } = database;
  const file = `${what} ${path}`;
  switch (codeOf(error)) {
    case Code.Busy:
      return new LockedError(
        `${file} is in use by another process: the program may be running ` +
          "twice; close the other one first",
        { cause: error },
      );
    case Code.ReadOnly:
    case Code.CannotOpen:
    case Code.CannotLock:
      return readOnly(error, database);
    case Code.Full:
      return full(error, database);
    case Code.Corrupt:
    case Code.NotADatabase:
      return damaged(error.message, database, { cause: error });
    default:
      return new StorageError(
        `${file} could not be read or written (${error.message}): nothing ` +
          "was stored; check the disk",
        { cause: error },
      );
  }
}

/**
 * The error that tells the user what to do about an error of the file system. A
 * missing permission of the runtime is thrown on: it says itself what to do.
 */
export function translateFileError(
  error: unknown,
  database: DatabaseDescription,
): StorageError {
  const code = error instanceof Error && "code" in error ? error.code : "";
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return readOnly(error, database);
    case "ENOSPC":
    case "EDQUOT":
      return full(error, database);
  }
  if (error instanceof Deno.errors.NotCapable) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StorageError(
    `${database.what} ${database.path} cannot be created: ${reason}`,
    { cause: error },
  );
}

/** The error of a file that is damaged; `how` is a phrase. */
export function damaged(
  how: string,
  { path, what, ifDamaged }: DatabaseDescription,
  options?: ErrorOptions,
): DamagedError {
  return new DamagedError(
    `${what} ${path} is damaged (${how}). ${ifDamaged}`,
    options,
  );
}

function readOnly(
  cause: unknown,
  { path, what }: DatabaseDescription,
): ReadOnlyError {
  return new ReadOnlyError(
    `${what} ${path} cannot be written: check the permissions of the file ` +
      "and of its folder, and whether the disk is mounted read-only",
    { cause },
  );
}

function full(
  cause: unknown,
  { path, what }: DatabaseDescription,
): DiskFullError {
  return new DiskFullError(
    `the disk is full: nothing was stored in ${what} ${path}; free some ` +
      "space and try again",
    { cause },
  );
}

function codeOf(error: Error): number | undefined {
  if ("errcode" in error && typeof error.errcode === "number") {
    return error.errcode === Code.CannotLock
      ? Code.CannotLock
      : error.errcode & 0xff;
  }
  return MESSAGES.find(([words]) => error.message.includes(words))?.[1];
}
