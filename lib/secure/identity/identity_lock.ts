import { DatabaseSync } from "node:sqlite";
import { IdentityError, IdentityInUseError } from "../errors.ts";

/** The lock of an identity that is in use; disposing of it releases the lock. */
export interface IdentityLock extends Disposable {
  /** The file that is locked. */
  readonly path: string;
}

/**
 * Locks an identity for this process. The operating system releases the lock when
 * the process ends, however it ends.
 *
 * The lock is SQLite's, on an empty file beside the identity: the supported
 * releases of the runtime have no file lock that does not wait.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { IdentityInUseError, lockIdentity } from "../mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   using _lock = lockIdentity(`${folder}/identity`);
 *   assertThrows(() => lockIdentity(`${folder}/identity`), IdentityInUseError);
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param identityPath The identity's file, whose folder exists.
 * @throws {IdentityInUseError} If it is locked, by this process or another.
 * @throws {IdentityError} If the lock's file cannot be created or used.
 */
export function lockIdentity(identityPath: string): IdentityLock {
  const path = `${identityPath}.lock`;
  try {
    createPrivate(path);
    const database = openExclusively(path);
    return { path, [Symbol.dispose]: () => database.close() };
  } catch (cause) {
    if (isBusy(cause)) {
      throw new IdentityInUseError(
        `${identityPath} is in use by another process`,
        { cause },
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IdentityError(`${path} cannot be used: ${reason}`, { cause });
  }
}

function openExclusively(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Creates the file, and leaves one that exists: closing it would drop its locks. */
function createPrivate(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes("is locked");
}
