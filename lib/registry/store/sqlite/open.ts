import { join } from "node:path";
import { openDatabase } from "../../../storage/mod.ts";
import { SQLiteClaims } from "./claims.ts";
import { SQLiteMailbox } from "./mailbox.ts";
import { SQLiteRunTime } from "./run_time.ts";

/** "p2pr": marks a registry's database. */
const APPLICATION_ID = 0x70327072;

/** A registry's open database; disposing of it closes the file. */
export interface RegistryDatabase extends Disposable {
  /** Which key owns which client ID. */
  readonly claims: SQLiteClaims;
  /** Letters that wait for their recipients. */
  readonly mailbox: SQLiteMailbox;
  /** How long the registry has run. */
  readonly runTime: SQLiteRunTime;
}

/**
 * Opens a registry's database, or makes it. Takes the same time however much is
 * in it.
 *
 * @param folder Where the file `registry.db` is, or `:memory:` to have it in
 * memory.
 * @param maxMailBytes Most bytes of all letters, with what each takes besides.
 * @throws {StorageError} If it cannot be opened, or is damaged: it is then left
 * as it is, because a registry that has forgotten its claims gives any client
 * ID to the first client that asks for it.
 */
export function openRegistryDatabase(
  folder: string,
  maxMailBytes: number,
): RegistryDatabase {
  const database = openDatabase({
    path: folder === ":memory:" ? folder : join(folder, "registry.db"),
    what: "the registry's database",
    ifDamaged: "Restore a copy of it. Or move it away, to start with no " +
      "claims and no letters: each client ID then belongs to the first key " +
      "that registers it.",
    applicationID: APPLICATION_ID,
    migrations: [
      SQLiteClaims.migration,
      SQLiteMailbox.migration,
      SQLiteRunTime.migration,
      SQLiteClaims.spellingMigration,
      SQLiteMailbox.senderMigration,
    ],
  });
  return {
    claims: new SQLiteClaims(database),
    mailbox: new SQLiteMailbox(database, maxMailBytes),
    runTime: new SQLiteRunTime(database),
    [Symbol.dispose]: () => database.close(),
  };
}
