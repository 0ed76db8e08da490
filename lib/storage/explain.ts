import {
  DamagedError,
  DiskFullError,
  LockedError,
  ReadOnlyError,
  StorageError,
} from "./errors.ts";

/** What a database is to a person. */
export interface Subject {
  /** Where it is, or `:memory:`. */
  readonly path: string;
  /** What it holds, as a phrase such as `the message file`. */
  readonly what: string;
  /** What to do if it is damaged, as a sentence. */
  readonly ifDamaged: string;
}

/** SQLite's result codes that a person can do something about. */
const enum Code {
  Busy = 5,
  ReadOnly = 8,
  Corrupt = 11,
  Full = 13,
  CannotOpen = 14,
  NotADatabase = 26,
  /** An extended code: a lock on a file that could be opened only to read. */
  CannotLock = 3850,
}

/**
 * SQLite's own words for those codes: some calls of the runtime give an error
 * without its code (Deno 2.5 no code where a statement cannot be prepared, any
 * Deno none for a script).
 */
const WORDS: readonly (readonly [string, Code])[] = [
  ["database is locked", Code.Busy],
  ["attempt to write a readonly database", Code.ReadOnly],
  ["database disk image is malformed", Code.Corrupt],
  ["malformed database schema", Code.Corrupt],
  ["database or disk is full", Code.Full],
  ["unable to open database file", Code.CannotOpen],
  ["file is not a database", Code.NotADatabase],
];

/** Whether an error is SQLite's, rather than a mistake in calling it. */
export function isFromSQLite(error: unknown): error is Error {
  return error instanceof Error && "code" in error &&
    error.code === "ERR_SQLITE_ERROR";
}

/** Turns an error of SQLite's into one that says what to do. */
export function explainSQLite(error: Error, subject: Subject): StorageError {
  const { path, what } = subject;
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
      return readOnly(error, subject);
    case Code.Full:
      return full(error, subject);
    case Code.Corrupt:
    case Code.NotADatabase:
      return damaged(error.message, subject, { cause: error });
    default:
      return new StorageError(
        `${file} could not be read or written (${error.message}): nothing ` +
          "was stored; check the disk",
        { cause: error },
      );
  }
}

/**
 * Turns an error of the file system's into one that says what to do. What the
 * runtime was not permitted is thrown on: it says what to do itself.
 */
export function explainFile(error: unknown, subject: Subject): StorageError {
  const code = error instanceof Error && "code" in error ? error.code : "";
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return readOnly(error, subject);
    case "ENOSPC":
    case "EDQUOT":
      return full(error, subject);
  }
  if (error instanceof Deno.errors.NotCapable) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StorageError(
    `${subject.what} ${subject.path} cannot be made: ${reason}`,
    { cause: error },
  );
}

/** The error for a file that is damaged; `how` is a phrase. */
export function damaged(
  how: string,
  { path, what, ifDamaged }: Subject,
  options?: ErrorOptions,
): DamagedError {
  return new DamagedError(
    `${what} ${path} is damaged (${how}). ${ifDamaged}`,
    options,
  );
}

function readOnly(cause: unknown, { path, what }: Subject): ReadOnlyError {
  return new ReadOnlyError(
    `${what} ${path} cannot be written: check the permissions of the file ` +
      "and of its folder, and whether the disk is mounted read-only",
    { cause },
  );
}

function full(cause: unknown, { path, what }: Subject): DiskFullError {
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
  return WORDS.find(([words]) => error.message.includes(words))?.[1];
}
