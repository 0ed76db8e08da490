import { join } from "node:path";
import {
  Identity,
  IdentityError,
  IdentityInUseError,
  loadIdentity,
  lockIdentity,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { StateError } from "../errors.ts";
import { type EmbeddedStore, openEmbeddedStore } from "./embedded.ts";

/** What a registry keeps from one run to the next; `using` closes all of it. */
export interface StateFolder extends Disposable {
  /** Who the registry is. */
  readonly identity: Identity;
  /** What it remembers. */
  readonly store: EmbeddedStore;
}

/**
 * Opens the folder in which a registry keeps its key and its state, for this
 * process alone; makes it if it is not there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openStateFolder, Registry } from "../mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   using state = await openStateFolder(folder); // its identity and store
 *   const listen = { host: "127.0.0.1", port: 0 };
 *   await using registry = Registry.listen({ ...state, listen, plain: false });
 *   assertEquals(registry.address.host, "127.0.0.1");
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param folder The folder, or `:memory:` to keep nothing.
 * @throws {StateError} If it is in use, damaged, or not to be read or written;
 * the message says what to do.
 */
export async function openStateFolder(folder: string): Promise<StateFolder> {
  if (folder === ":memory:") {
    const store = openEmbeddedStore(folder);
    return {
      identity: Identity.generate(),
      store,
      [Symbol.dispose]: () => store[Symbol.dispose](),
    };
  }
  const path = join(folder, "identity");
  try {
    const identity = await loadIdentity(path);
    using opening = new DisposableStack();
    opening.use(lockIdentity(path));
    const store = opening.use(openEmbeddedStore(folder));
    const open = opening.move();
    return { identity, store, [Symbol.dispose]: () => open.dispose() };
  } catch (error) {
    if (error instanceof IdentityInUseError) {
      throw new StateError(
        `${folder} is in use by another registry: end that one, or give this ` +
          "one a folder of its own with --state",
      );
    }
    if (error instanceof IdentityError || error instanceof StorageError) {
      throw new StateError(error.message, { cause: error });
    }
    throw error;
  }
}
