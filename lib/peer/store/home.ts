import { join } from "node:path";
import { type Identity, loadIdentity, lockIdentity } from "../../secure/mod.ts";
import { openStore, type Store, type StoreOptions } from "./store.ts";

/** What a client keeps from one run to the next: its identity and its store. */
export interface Home extends Disposable {
  /** Its identity. */
  readonly identity: Identity;
  /** Its pins and messages. */
  readonly store: Store;
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
  const identity = await loadIdentity(path);
  const lock = lockIdentity(path);
  try {
    const store = openStore(join(own, "store.db"), {
      ...options,
      now: Date.now(),
    });
    return {
      identity,
      store,
      [Symbol.dispose]: () => {
        store[Symbol.dispose]();
        lock[Symbol.dispose]();
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
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
