/**
 * Where programs keep things, and databases in single files: opening,
 * transactions, and errors that a person understands. It knows nothing of what
 * is stored.
 *
 * @module
 */
export { setAside } from "./damage.ts";
export { Database } from "./database.ts";
export {
  DamagedError,
  DiskFullError,
  LockedError,
  NewerVersionError,
  ReadOnlyError,
  StorageError,
} from "./errors.ts";
export {
  dataFolder,
  type Environment,
  homeFolder,
  type Platform,
} from "./folders.ts";
export type { Subject } from "./explain.ts";
export { type DatabaseOptions, openDatabase } from "./open.ts";
export { type Guard, Row, Statement, type Value } from "./statement.ts";
