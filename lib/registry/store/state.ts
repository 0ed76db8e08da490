import { join } from "node:path";
import { openDatabase } from "../../storage/mod.ts";
import { Claims } from "./claims.ts";
import { Mailbox } from "./mailbox.ts";

/** "p2pr": tells a registry's file from other databases. */
const APPLICATION_ID = 0x70327072;

/** What a registry remembers when it is not running. */
export interface State extends Disposable {
  /** Which key owns which client ID. */
  readonly claims: Claims;
  /** Letters for clients that are not online. */
  readonly mailbox: Mailbox;
}

/**
 * Opens what a registry remembers, or begins it. Takes the same time however
 * much that is. Close it with `using` or `Symbol.dispose`.
 *
 * @param folder Where the file `registry.db` is, or `:memory:` to remember
 * nothing.
 * @throws {StorageError} If it cannot be opened, or is damaged: it is then left
 * as it is, because a registry that has forgotten its claims gives anybody's
 * name to whoever asks first.
 */
export function openState(folder: string): State {
  const database = openDatabase({
    path: folder === ":memory:" ? folder : join(folder, "registry.db"),
    what: "the registry's file",
    ifDamaged: "Restore a copy of it. Or move it away, and begin with no " +
      "claims and no letters: every client ID is then free for whoever " +
      "registers it first.",
    applicationID: APPLICATION_ID,
    migrations: [Claims.migration, Mailbox.migration],
  });
  return {
    claims: new Claims(database),
    mailbox: new Mailbox(database),
    [Symbol.dispose]: () => database.close(),
  };
}
