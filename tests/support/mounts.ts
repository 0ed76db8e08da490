import type { Command } from "./command.ts";
import type { Program } from "./program.ts";

/** The file that leaves little room on a small disk. */
const BALLAST = "ballast";

/**
 * The arguments of `unshare` for a process with a mount namespace of its own,
 * in which every user may mount.
 */
export const UNSHARE_ARGS: readonly string[] =
  Deno.build.os === "linux" && Deno.uid() === 0
    ? ["--mount"]
    : ["--mount", "--map-root-user"];

/** Whether a process may have mounts of its own here. */
export function canMount(): boolean {
  if (Deno.build.os !== "linux") return false;
  const args = [...UNSHARE_ARGS, "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
  try {
    return new Deno.Command("unshare", { args }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A command for which a folder is a disk of its own, of a size in KiB. */
export function onDiskOfSize(
  command: Command,
  folder: string,
  size: number,
): Command {
  return mounted(`mount -t tmpfs -o size=${size}k tmpfs "$0"`, folder, command);
}

/**
 * A command for which a folder is a disk of its own with 2 MiB of room, and
 * 30 MiB more once {@linkcode makeRoom} is called.
 */
export function onSmallDisk(command: Command, folder: string): Command {
  const script = 'mount -t tmpfs -o size=32m,mode=700 tmpfs "$0" && ' +
    `head -c 30m /dev/zero > "$0/${BALLAST}"`;
  return mounted(script, folder, command);
}

/** Makes room on the small disk of a program that is running. */
export async function makeRoom(
  program: Program,
  folder: string,
): Promise<void> {
  // What is mounted for a process alone is seen through its root.
  await Deno.remove(`/proc/${program.pid}/root${folder}/${BALLAST}`);
}

/** A command for which a folder, with what is in it, is read-only. */
export function onReadOnlyDisk(command: Command, folder: string): Command {
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"';
  return mounted(script, folder, command);
}

/** A command that runs after a shell script, with a folder as its `$0`. */
function mounted(script: string, folder: string, command: Command): Command {
  const { program, args } = command;
  return {
    ...command,
    program: "unshare",
    args: [
      ...UNSHARE_ARGS,
      "sh",
      "-c",
      `${script} && exec "$@"`,
      folder,
      program,
      ...args,
    ],
  };
}
