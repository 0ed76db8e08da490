import { posix, win32 } from "node:path";
import { StateError } from "./errors.ts";

/**
 * The folder in which a registry keeps its key and its claims: `$P2PCHAT_STATE`,
 * else `p2pchat/registry` in the platform's folder for data. That is
 * `%LOCALAPPDATA%` on Windows, `~/Library/Application Support` on macOS, and
 * elsewhere `$XDG_DATA_HOME`, where it is absolute, or `~/.local/share` (XDG
 * Base Directory Specification).
 *
 * @param env Looks up an environment variable.
 * @param os The platform, as `Deno.build.os` names it.
 * @throws {StateError} If none of the variables is set.
 */
export function dataFolder(
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os,
): string {
  const own = env("P2PCHAT_STATE");
  if (own) return own;
  if (os === "windows") {
    return win32.join(required(env, "LOCALAPPDATA"), "p2pchat", "registry");
  }
  if (os === "darwin") {
    const support = "Library/Application Support/p2pchat/registry";
    return posix.join(required(env, "HOME"), support);
  }
  const data = env("XDG_DATA_HOME");
  return data && posix.isAbsolute(data)
    ? posix.join(data, "p2pchat/registry")
    : posix.join(required(env, "HOME"), ".local/share/p2pchat/registry");
}

function required(
  env: (name: string) => string | undefined,
  name: string,
): string {
  const value = env(name);
  if (value) return value;
  throw new StateError(
    `there is no folder for its state: give it with --state`,
  );
}
