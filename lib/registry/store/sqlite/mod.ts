/**
 * What a registry remembers when it is not running, in one SQLite file.
 *
 * @module
 */
export { SQLiteClaims } from "./claims.ts";
export { SQLiteMailbox } from "./mailbox.ts";
export { SQLiteRunTime } from "./run_time.ts";
export { openRegistryDatabase, type RegistryDatabase } from "./open.ts";
