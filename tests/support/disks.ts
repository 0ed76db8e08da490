import { unshare } from "./processes.ts";
import type { Command, Program } from "./programs.ts";

/** The file that leaves little room on a small disk. */
const BALLAST = "ballast";

/**
 * A command for which a folder is a disk of its own with 2 MiB of room, and
 * 30 MiB more once {@linkcode makeRoom} is called.
 */
export function onSmallDisk(command: Command, folder: string): Command {
  const script = 'mount -t tmpfs -o size=32m,mode=700 tmpfs "$0" && ' +
    `head -c 30m /dev/zero > "$0/${BALLAST}"`;
  return after(script, command, folder);
}

/** Makes room on the small disk of a program that is running. */
export async function makeRoom(
  program: Program,
  folder: string,
): Promise<void> {
  // What is mounted for a process alone is seen through its root.
  await Deno.remove(`/proc/${program.pid}/root${folder}/${BALLAST}`);
}

/** A command for which a folder, with what is in it, cannot be written. */
export function onReadOnlyDisk(command: Command, folder: string): Command {
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"';
  return after(script, command, folder);
}

function after(script: string, command: Command, folder: string): Command {
  const { program, args } = command;
  return {
    ...command,
    program: "unshare",
    args: [...unshare, "sh", "-c", `${script} && exec "$@"`, folder, program]
      .concat(args),
  };
}
