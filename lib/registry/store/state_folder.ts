import { join } from "node:path";
import {
  Identity,
  IdentityError,
  IdentityInUseError,
  loadIdentity,
  lockIdentity,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { StateError, StateInUseError } from "../errors.ts";
import {
  type EmbeddedStore,
  openEmbeddedStore,
  type StoreOptions,
} from "./embedded.ts";

/** An open state folder; `using` closes all that is in it. */
export interface StateFolder extends Disposable {
  /** The identity of the registry. */
  readonly identity: Identity;
  /** What the registry remembers. */
  readonly store: EmbeddedStore;
}

/**
 * Opens the folder of a registry's key and database, for this process alone;
 * makes it if there is none.
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
 * @param folder The folder, or `:memory:` to store nothing.
 * @throws {StateError} If it is in use, is damaged, or cannot be read or
 * written; the message says what to do.
 */
export async function openStateFolder(
  folder: string,
  options: StoreOptions = {},
): Promise<StateFolder> {
  if (folder === ":memory:") {
    const store = openEmbeddedStore(folder, options);
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
    const store = opening.use(openEmbeddedStore(folder, options));
    const open = opening.move();
    return { identity, store, [Symbol.dispose]: () => open.dispose() };
  } catch (error) {
    if (error instanceof IdentityInUseError) {
      throw new StateInUseError(
        `${folder} is in use by another registry: stop that one, or give ` +
          "this one its own folder with --state",
      );
    }
    if (error instanceof IdentityError || error instanceof StorageError) {
      throw new StateError(error.message, { cause: error });
    }
    throw error;
  }
}
