import { DatabaseSync } from "node:sqlite";
import { IdentityError, IdentityInUseError } from "../errors.ts";

/** Held while an identity is in use; disposing of it lets another have it. */
export interface IdentityLock extends Disposable {
  /** The file that is locked. */
  readonly path: string;
}

/**
 * Takes an identity for this process alone. The operating system gives the
 * lock back when the process ends, however it ends.
 *
 * The lock is SQLite's on an empty file beside the identity, since the runtime
 * has, in the releases that are supported, no file lock of its own that does
 * not wait.
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
 * @throws {IdentityInUseError} If another client has it, here or elsewhere.
 * @throws {IdentityError} If the lock's file cannot be made or used.
 */
export function lockIdentity(identityPath: string): IdentityLock {
  const path = `${identityPath}.lock`;
  try {
    makePrivate(path);
    const database = openExclusively(path);
    return { path, [Symbol.dispose]: () => database.close() };
  } catch (cause) {
    if (isBusy(cause)) {
      throw new IdentityInUseError(
        `${identityPath} is in use by another client: end that one, or give ` +
          "this one an identity of its own",
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

/** Only a file that is new is touched: closing it would lose another's lock. */
function makePrivate(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes("is locked");
}
