import { TextLineStream } from "@std/streams";

/** Runs a module in a process of its own. */
export function processOf(module: URL, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...run, module.href, ...args],
    ...output,
  });
}

/** Runs tests/storage/child.ts in a process of its own. */
export function child(...args: string[]): Deno.Command {
  return processOf(childModule, ...args);
}

/**
 * The same, with a disk of 512 KiB mounted over a folder: its own mount, that
 * goes with it. Where that is not allowed, the file itself is given a limit.
 */
export function childOnSmallDisk(
  folder: string,
  ...args: string[]
): Deno.Command {
  return canMount()
    ? withTimeout(`mount -t tmpfs -o size=512k tmpfs "$0"`, folder, ...args)
    : child(...args, "128");
}

/** The same, with a folder that cannot be written. */
export function childOnReadOnlyDisk(
  folder: string,
  ...args: string[]
): Deno.Command {
  if (canMount()) {
    const mount = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"`;
    return withTimeout(mount, folder, ...args);
  }
  // Modes do not hold the superuser back, but this folder is not even his.
  if (Deno.uid() === 0) {
    return child(...args.map((arg) => arg.replace(folder, "/sys/p2pchat")));
  }
  for (const { name } of Deno.readDirSync(folder)) {
    Deno.chmodSync(`${folder}/${name}`, 0o400);
  }
  Deno.chmodSync(folder, 0o500);
  return child(...args);
}

/** The lines that a process prints. */
export function lines(process: Deno.ChildProcess): ReadableStream<string> {
  return process.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
}

/** Runs a process, kills it after some lines, and gives the last one. */
export async function lastBeforeKilled(
  command: Deno.Command,
  after: number,
): Promise<string> {
  await using process = command.spawn();
  let last = "";
  let count = 0;
  for await (const line of lines(process)) {
    last = line;
    if (++count === after) process.kill("SIGKILL");
  }
  if (count < after) throw new Error(`it ended by itself after ${count} lines`);
  return last;
}

/** Runs a process to its end; what it printed, line by line. */
export async function printed(command: Deno.Command): Promise<string[]> {
  const { stdout } = await command.output();
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

function withTimeout(
  mount: string,
  folder: string,
  ...args: string[]
): Deno.Command {
  const script = `${mount} && exec "$@"`;
  return new Deno.Command("unshare", {
    args: [...unshare, "sh", "-c", script, folder, Deno.execPath(), ...run]
      .concat(childModule.href, args),
    ...output,
  });
}

const childModule = new URL("../storage/child.ts", import.meta.url);
const run = ["run", "--quiet", "--no-config", "--no-prompt", "--allow-all"];
const output = { stdout: "piped", stderr: "inherit" } as const;

/** A namespace of one's own for mounts, to which every user is superuser. */
export const unshare: readonly string[] =
  Deno.build.os === "linux" && Deno.uid() === 0
    ? ["--mount"]
    : ["--mount", "--map-root-user"];

/** Whether a process here may have mounts of its own. */
export function canMount(): boolean {
  if (Deno.build.os !== "linux") return false;
  const args = [...unshare, "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
  try {
    return new Deno.Command("unshare", { args }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
