import { join } from "node:path";
import { StateError, StateInUseError } from "../errors.ts";
import { openStateFolder } from "./state_folder.ts";
import type { Claims } from "./types.ts";

/** The claims of a registry that is not running; `using` closes them. */
export interface OpenClaims extends Disposable {
  /** Which key owns which client ID. */
  readonly claims: Claims;
  /** How long the registry has run, in s. */
  readonly runTimeS: number;
}

/**
 * Opens the claims of a registry that is not running, for its operator.
 *
 * @param folder Its state folder, which must exist.
 * @throws {StateError} If there is no registry's state, the registry is running,
 * or the folder cannot be used; the message says what to do.
 */
export async function openClaims(folder: string): Promise<OpenClaims> {
  await checkExists(folder);
  try {
    const state = await openStateFolder(folder);
    const { claims, runTime } = state.store;
    return {
      claims,
      runTimeS: runTime.atOpenS,
      [Symbol.dispose]: () => state[Symbol.dispose](),
    };
  } catch (error) {
    if (!(error instanceof StateInUseError)) throw error;
    throw new StateError(
      `a registry is running with ${folder}: stop it, run this command again, ` +
        "and start the registry after that",
    );
  }
}

/** Checks that a folder has a registry's state: opening would make one. */
async function checkExists(folder: string): Promise<void> {
  try {
    await Deno.stat(join(folder, "registry.db"));
  } catch {
    // There is none, or what is named is no folder, or may not be read.
    throw new StateError(
      `${folder} is not the state folder of a registry: name it with --state`,
    );
  }
}
