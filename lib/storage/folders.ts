import { posix, win32 } from "node:path";
import { StorageError } from "./errors.ts";

/** Looks up an environment variable. */
export type Environment = (name: string) => string | undefined;

/** A platform, as `Deno.build.os` names it. */
export type Platform = typeof Deno.build.os;

/** The platform's variables for folders of one kind. */
interface Kind {
  /** The program's own variable, which comes before all others. */
  readonly own: string;
  readonly windows: string;
  /** The variable of the XDG Base Directory Specification, where absolute. */
  readonly xdg: string;
  /** Its default, in the home folder. */
  readonly xdgDefault: string;
}

const CONFIGURATION: Kind = {
  own: "P2PCHAT_HOME",
  windows: "APPDATA",
  xdg: "XDG_CONFIG_HOME",
  xdgDefault: ".config",
};

const DATA: Kind = {
  own: "P2PCHAT_STATE",
  windows: "LOCALAPPDATA",
  xdg: "XDG_DATA_HOME",
  xdgDefault: ".local/share",
};

/**
 * The folder that holds a user's clients: `$P2PCHAT_HOME`, else `p2pchat` in the
 * platform's folder for configuration. That is `%APPDATA%` on Windows,
 * `~/Library/Application Support` on macOS, and elsewhere `$XDG_CONFIG_HOME` or
 * `~/.config`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clientsFolder } from "./mod.ts";
 *
 * const env = (name: string) => name === "HOME" ? "/home/alice" : undefined;
 * assertEquals(clientsFolder(env, "linux"), "/home/alice/.config/p2pchat");
 * ```
 *
 * @throws {StorageError} If none of the variables is set.
 */
export function clientsFolder(env: Environment, os: Platform): string {
  return folder(CONFIGURATION, ["p2pchat"], env, os);
}

/**
 * The folder in which a registry keeps its state: `$P2PCHAT_STATE`, else
 * `p2pchat/registry` in the platform's folder for data. That is
 * `%LOCALAPPDATA%` on Windows, `~/Library/Application Support` on macOS, and
 * elsewhere `$XDG_DATA_HOME` or `~/.local/share`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { registryFolder } from "./mod.ts";
 *
 * const env = (name: string) => name === "HOME" ? "/home/reg" : undefined;
 * const folder = registryFolder(env, "linux");
 * assertEquals(folder, "/home/reg/.local/share/p2pchat/registry");
 * ```
 *
 * @throws {StorageError} If none of the variables is set.
 */
export function registryFolder(env: Environment, os: Platform): string {
  return folder(DATA, ["p2pchat", "registry"], env, os);
}

function folder(
  { own, windows, xdg, xdgDefault }: Kind,
  path: readonly string[],
  env: Environment,
  os: Platform,
): string {
  const required = (name: string): string => {
    const value = env(name);
    if (value) return value;
    throw new StorageError(
      `cannot determine the data folder: set ${own} or ${name}`,
    );
  };
  const chosen = env(own);
  if (chosen) return chosen;
  if (os === "windows") return win32.join(required(windows), ...path);
  if (os === "darwin") {
    return posix.join(required("HOME"), "Library/Application Support", ...path);
  }
  const base = env(xdg);
  return base && posix.isAbsolute(base)
    ? posix.join(base, ...path)
    : posix.join(required("HOME"), xdgDefault, ...path);
}
