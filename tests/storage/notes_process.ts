import { canMount, onDiskOfSize, onReadOnlyDisk } from "../support/mounts.ts";
import type { Command } from "../support/command.ts";
import { moduleCommand, runArgs } from "../support/subprocess.ts";

const MAIN = new URL("notes_process_main.ts", import.meta.url);

/** The command that runs `notes_process_main.ts`. */
export function notesCommand(...args: string[]): Deno.Command {
  return moduleCommand(MAIN, ...args);
}

/**
 * The same, with a disk of 512 KiB mounted over a folder. Where mounts are not
 * allowed, the file itself gets a limit.
 */
export function notesOnSmallDisk(
  folder: string,
  ...args: string[]
): Deno.Command {
  return canMount()
    ? toDenoCommand(onDiskOfSize(mainCommand(args), folder, 512))
    : notesCommand(...args, "128");
}

/** The same, with a folder that cannot be written. */
export function notesOnReadOnlyDisk(
  folder: string,
  ...args: string[]
): Deno.Command {
  if (canMount()) {
    return toDenoCommand(onReadOnlyDisk(mainCommand(args), folder));
  }
  // Modes do not restrict the superuser, but not even he can write here.
  if (Deno.uid() === 0) {
    return notesCommand(
      ...args.map((arg) => arg.replace(folder, "/sys/p2pchat")),
    );
  }
  for (const { name } of Deno.readDirSync(folder)) {
    Deno.chmodSync(`${folder}/${name}`, 0o400);
  }
  Deno.chmodSync(folder, 0o500);
  return notesCommand(...args);
}

function mainCommand(args: readonly string[]): Command {
  return { program: Deno.execPath(), args: runArgs(MAIN, ...args) };
}

function toDenoCommand({ program, args }: Command): Deno.Command {
  return new Deno.Command(program, {
    args: [...args],
    stdout: "piped",
    stderr: "inherit",
  });
}
