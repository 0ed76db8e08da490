import { join } from "node:path";
import {
  type Identity,
  IdentityError,
  loadIdentity,
  lockIdentity,
  replaceIdentity,
} from "../../secure/mod.ts";
import { currentIdentity } from "./current_identity.ts";
import { openStore, type Store, type StoreOptions } from "./store.ts";

/** What a client keeps from one run to the next: its identity and its store. */
export interface Home extends Disposable {
  /** Its identity. */
  readonly identity: Identity;
  /** Its pins and messages. */
  readonly store: Store;
  /**
   * Replaces the identity that the next start finds.
   *
   * @throws {IdentityError} If it cannot be written: the store still has it.
   */
  readonly saveIdentity: (identity: Identity) => Promise<void>;
  /** What the user has to know about the identity file, if anything. */
  readonly notice: string | undefined;
}

/**
 * Opens what a client keeps, for this process alone; creates it if there is
 * nothing yet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openHome } from "../mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const keys: string[] = [];
 * for (let run = 0; run < 2; run++) {
 *   using home = await openHome(folder, "alice");
 *   keys.push(home.identity.publicKey.toBase64());
 * }
 * assertEquals(keys[0], keys[1]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param folder The folder of all clients of a user.
 * @param options How its messages are kept.
 * @throws {IdentityInUseError} If it is in use by another process.
 * @throws {IdentityError | StorageError} If it cannot be used; the message says
 * what to do.
 */
export async function openHome(
  folder: string,
  clientID: string,
  options: Omit<StoreOptions, "now"> = {},
): Promise<Home> {
  const own = join(folder, folderOf(clientID));
  const path = join(own, "identity");
  const inFile = await loadIdentity(path);
  using resources = new DisposableStack();
  resources.use(lockIdentity(path));
  const store = resources.use(openStore(join(own, "store.db"), {
    ...options,
    now: Date.now(),
  }));
  const identity = currentIdentity(store.ownKeys, inFile);
  if (identity === undefined) {
    throw new IdentityError(
      `${path} has a key that /rotate-key has replaced, and the new key was ` +
        "written to that file: restore its newest version",
    );
  }
  const saveIdentity = (next: Identity) => replaceIdentity(path, next);
  const notice = identity === inFile
    ? undefined
    : await failureOf(() => saveIdentity(identity));
  if (notice === undefined) {
    store.ownKeys.markSaved(identity.publicKey.toBase64());
  }
  const kept = resources.move();
  return {
    identity,
    store,
    saveIdentity,
    notice,
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** Why an identity could not be saved, if it could not. */
async function failureOf(
  save: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await save();
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    return `${error.message}; until it can, the new key is in store.db only`;
  }
  return undefined;
}

/**
 * The name of a client's own folder. IDs that differ in case only, or in what
 * some file systems do not let a name end with, have folders that differ.
 */
function folderOf(clientID: string): string {
  const safe = clientID.replaceAll(
    /[^a-z0-9_-]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `client-${safe}`;
}
