/**
 * The folders of a user, and databases in single files: opening, transactions,
 * and errors that tell the user what to do. Knows nothing of what is stored.
 *
 * @module
 */
export { moveAside } from "./move_aside.ts";
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
  clientsFolder,
  type Environment,
  type Platform,
  registryFolder,
} from "./folders.ts";
export type { DatabaseDescription } from "./translate_error.ts";
export { type DatabaseOptions, openDatabase } from "./open.ts";
export {
  type ErrorTranslator,
  Row,
  Statement,
  type Value,
} from "./statement.ts";
