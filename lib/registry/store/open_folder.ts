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
import { openState, type State } from "./state.ts";

/** What a registry keeps from one run to the next; `using` closes all of it. */
export interface Kept extends Disposable {
  /** Who the registry is. */
  readonly identity: Identity;
  /** Its claims and its mail. */
  readonly state: State;
}

/**
 * Opens the folder in which a registry keeps its key and its state, for this
 * process alone; makes it if it is not there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openFolder, Registry } from "../mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * {
 *   using kept = await openFolder(folder); // the identity and the state
 *   const listen = { host: "127.0.0.1", port: 0 };
 *   await using registry = Registry.listen({ ...kept, listen, plain: false });
 *   assertEquals(registry.address.host, "127.0.0.1");
 * }
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param folder The folder, or `:memory:` to keep nothing.
 * @throws {StateError} If it is in use, damaged, or not to be read or written;
 * the message says what to do.
 */
export async function openFolder(folder: string): Promise<Kept> {
  if (folder === ":memory:") {
    const state = openState(folder);
    return {
      identity: Identity.generate(),
      state,
      [Symbol.dispose]: () => state[Symbol.dispose](),
    };
  }
  const path = join(folder, "identity");
  try {
    const identity = await loadIdentity(path);
    using opening = new DisposableStack();
    opening.use(lockIdentity(path));
    const state = opening.use(openState(folder));
    const open = opening.move();
    return { identity, state, [Symbol.dispose]: () => open.dispose() };
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
