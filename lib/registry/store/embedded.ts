import { MemoryDirectory, MemoryPush } from "./memory/mod.ts";
import {
  openRegistryDatabase,
  type SQLiteClaims,
  type SQLiteMailbox,
  type SQLiteRunTime,
} from "./sqlite/mod.ts";
import { DEFAULT_MAX_MAIL_BYTES } from "./mailbox_limits.ts";
import type { Store } from "./types.ts";

/** How a store is opened. */
export interface StoreOptions {
  /**
   * Most bytes of all letters, where each counts 512 bytes more than it has.
   * Default: `DEFAULT_MAX_MAIL_BYTES`.
   */
  readonly maxMailBytes?: number;
}

/**
 * The {@linkcode Store} of a registry that is alone: what has to outlive it is
 * in one SQLite file, all else in memory. It answers at once.
 */
export interface EmbeddedStore extends Store, Disposable {
  /** Who is registered. */
  readonly directory: MemoryDirectory;
  /** Which key owns which client ID. */
  readonly claims: SQLiteClaims;
  /** Letters that wait for their recipients. */
  readonly mailbox: SQLiteMailbox;
  /** Reaches sessions. */
  readonly push: MemoryPush;
  /** How long the registry has run. */
  readonly runTime: SQLiteRunTime;
}

/**
 * Opens a store; close it with `using` or `Symbol.dispose`. Takes the same time
 * however much is in it.
 *
 * @param folder Where the file `registry.db` is, or `:memory:` to have all of it
 * in memory.
 * @throws {StorageError} If the file cannot be opened, or is damaged.
 */
export function openEmbeddedStore(
  folder: string,
  { maxMailBytes = DEFAULT_MAX_MAIL_BYTES }: StoreOptions = {},
): EmbeddedStore {
  const database = openRegistryDatabase(folder, maxMailBytes);
  return {
    directory: new MemoryDirectory(),
    claims: database.claims,
    mailbox: database.mailbox,
    push: new MemoryPush(),
    runTime: database.runTime,
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}
