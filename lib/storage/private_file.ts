import { dirname } from "node:path";
import { StorageError } from "./errors.ts";
import { FURTHER_FILES } from "./files.ts";
import {
  type DatabaseDescription,
  translateFileError,
} from "./translate_error.ts";

/** The permission bits of the group and of others: to read, to write, to run. */
const OTHERS = 0o077;

/** The bits of those that let them write. */
const OTHERS_WRITE = 0o022;

/** The bit of a folder in which users can replace only files of their own. */
const STICKY = 0o1000;

/**
 * Creates a database's file and folder, for their owner alone. A file that other
 * users can read is taken from them.
 *
 * @throws {StorageError} If other users can write to the file, to one that SQLite
 * reads with it, or to the folder: what is in them may be another user's. The
 * same goes for what a link leads to, which must exist.
 */
export function createPrivateFile(database: DatabaseDescription): void {
  try {
    const folder = dirname(database.path);
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const owner = checkFolder(folder);
    // SQLite gives its other files the same mode. An existing file must not be
    // opened here: closing it would drop SQLite's locks on it.
    try {
      Deno.openSync(database.path, {
        createNew: true,
        write: true,
        mode: 0o600,
      }).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
    const path = followLink(database.path, owner);
    const fileOwner = path === database.path
      ? owner
      : checkFolder(dirname(path));
    for (const end of FURTHER_FILES) checkFile(path + end, fileOwner);
    const mode = checkFile(path, fileOwner);
    if ((mode & OTHERS) !== 0) Deno.chmodSync(path, mode & 0o700);
  } catch (error) {
    if (error instanceof StorageError) throw error;
    throw translateFileError(error, database);
  }
}

/**
 * The file that SQLite opens, beside which it has its further files: not the link
 * to it.
 *
 * @param owner The user that a link must belong to, if it must.
 * @throws {StorageError} If a link leads to no file, or is another user's.
 */
function followLink(path: string, owner: number | undefined): string {
  const { isSymlink, uid } = Deno.lstatSync(path);
  if (!isSymlink) return path;
  if (owner !== undefined && uid !== owner) throw writableByOthers(path);
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new StorageError(
      `${path} is a link to a file that does not exist: remove it, or create ` +
        "the file",
    );
  }
}

/**
 * Checks that other users cannot replace the files in a folder.
 *
 * @returns The user whose files may be opened there; undefined if no other user
 * can add any.
 * @throws {StorageError} If they can replace them; the message says what to do.
 */
function checkFolder(path: string): number | undefined {
  const { mode } = permissionsOf(path);
  if ((mode & OTHERS_WRITE) === 0) return undefined;
  if ((mode & STICKY) === 0) throw writableByOthers(path);
  return currentUser(path);
}

/**
 * Checks that other users cannot write to a file.
 *
 * @param owner The user that it must belong to, if it must.
 * @returns Its mode; 0 if there is none.
 * @throws {StorageError} If they can; the message says what to do.
 */
function checkFile(path: string, owner: number | undefined): number {
  const { mode, uid } = permissionsOf(path);
  const isOwn = owner === undefined || uid === undefined || uid === owner;
  if (!isOwn || (mode & OTHERS_WRITE) !== 0) throw writableByOthers(path);
  return mode;
}

/** The mode and the owner of a file; 0 and undefined if there is none. */
function permissionsOf(path: string): { mode: number; uid?: number } {
  // Windows has no such modes; there the user's folder protects the file.
  if (Deno.build.os === "windows") return { mode: 0 };
  try {
    const { mode, uid } = Deno.statSync(path);
    return { mode: mode ?? 0, ...uid !== null && { uid } };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { mode: 0 };
    throw error;
  }
}

/** The user of this process: the owner of what it creates in a folder. */
function currentUser(folder: string): number | undefined {
  // `Deno.uid` would need one more permission.
  const path = Deno.makeTempFileSync({ dir: folder });
  try {
    return permissionsOf(path).uid;
  } finally {
    Deno.removeSync(path);
  }
}

function writableByOthers(path: string): StorageError {
  return new StorageError(
    `other users of this machine may change ${path}: run chmod go-w ` +
      `"${path}"; if another user may have changed it already, move it away ` +
      "instead, and a new one is created",
  );
}
