import { posix, win32 } from "node:path";
import { IdentityError } from "./errors.ts";

/**
 * The folder that holds a user's identities: `$P2PCHAT_HOME`, else `p2pchat`
 * in the platform's folder for configuration. That is `%APPDATA%` on Windows,
 * `~/Library/Application Support` on macOS, and elsewhere `$XDG_CONFIG_HOME`,
 * where it is absolute, or `~/.config` (XDG Base Directory Specification).
 *
 * @param env Looks up an environment variable.
 * @param os The platform, as `Deno.build.os` names it.
 * @throws {IdentityError} If none of the variables is set.
 */
export function homeFolder(
  env: (name: string) => string | undefined,
  os: typeof Deno.build.os,
): string {
  const own = env("P2PCHAT_HOME");
  if (own) return own;
  if (os === "windows") {
    return win32.join(required(env, "APPDATA"), "p2pchat");
  }
  if (os === "darwin") {
    const support = "Library/Application Support/p2pchat";
    return posix.join(required(env, "HOME"), support);
  }
  const config = env("XDG_CONFIG_HOME");
  return config && posix.isAbsolute(config)
    ? posix.join(config, "p2pchat")
    : posix.join(required(env, "HOME"), ".config/p2pchat");
}

function required(
  env: (name: string) => string | undefined,
  name: string,
): string {
  const value = env(name);
  if (value) return value;
  throw new IdentityError(
    `there is no place for an identity: set P2PCHAT_HOME or ${name}`,
  );
}
