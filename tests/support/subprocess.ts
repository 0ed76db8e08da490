import { TextLineStream } from "@std/streams";

const RUN = ["run", "--quiet", "--no-config", "--no-prompt", "--allow-all"];

/** The arguments with which Deno runs a module in a process of its own. */
export function runArgs(module: URL, ...args: string[]): string[] {
  return [...RUN, module.href, ...args];
}

/** The command that runs a module in a process of its own. */
export function moduleCommand(module: URL, ...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: runArgs(module, ...args),
    stdout: "piped",
    stderr: "inherit",
  });
}

/** The lines that a process prints. */
export function lines(process: Deno.ChildProcess): ReadableStream<string> {
  return process.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
}

/**
 * Runs a command, kills it after a number of lines, and gives the last one.
 *
 * @throws {Error} If the process ends before it has printed so many.
 */
export async function lastLineWhenKilled(
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

/** Runs a command to its end, and gives the lines that it printed. */
export async function outputLines(command: Deno.Command): Promise<string[]> {
  const { stdout } = await command.output();
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}
