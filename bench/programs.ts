/** Something that a benchmark needs is missing or failed; says what. */
export class CannotRun extends Error {}

/**
 * Runs a benchmark with the arguments `[--quick] [-- FLAGS]`.
 *
 * @param args The arguments of the program.
 * @param work The benchmark, told whether to be quick, and the flags for the
 * Deno that runs programs of ours: those in the arguments, and those in the
 * environment variable P2PCHAT_DENO_FLAGS.
 * @returns The exit code: 0, or 2 where something could not be run.
 */
export async function benchmark(
  args: readonly string[],
  work: (quick: boolean, flags: readonly string[]) => Promise<void>,
): Promise<number> {
  const cut = args.indexOf("--");
  const own = cut < 0 ? args : args.slice(0, cut);
  const flags = (Deno.env.get("P2PCHAT_DENO_FLAGS") ?? "")
    .split(" ").filter((flag) => flag !== "")
    .concat(cut < 0 ? [] : args.slice(cut + 1));
  try {
    const unknown = own.find((argument) => argument !== "--quick");
    if (unknown !== undefined) {
      throw new CannotRun(
        `${unknown} is unknown: there is --quick, and -- before Deno's flags`,
      );
    }
    await work(own.length > 0, flags);
    return 0;
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    console.error(`bench: ${error.message}`);
    return 2;
  }
}

/**
 * Starts a program that is ended with the scope.
 *
 * @param options Which of its outputs are read; the rest goes to the terminal.
 * @throws {CannotRun} If there is no such program; it says what is `missing`.
 */
export function spawn(
  scope: AsyncDisposableStack,
  program: string,
  args: readonly string[],
  missing: string,
  options: Pick<Deno.CommandOptions, "stdout" | "stderr"> = {
    stdout: "piped",
  },
): Deno.ChildProcess {
  try {
    const command = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      ...options,
    });
    return scope.use(command.spawn());
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new CannotRun(missing);
    throw error;
  }
}

/**
 * Waits until what a program prints matches; reads on in silence.
 *
 * @throws {CannotRun} If the program, called `name`, ends without.
 */
export async function untilPrinted(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
  pattern: RegExp,
  name: string,
): Promise<RegExpExecArray> {
  const chunks = output.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const chunk of chunks.values({ preventCancel: true })) {
    text += chunk;
    if (pattern.test(text)) break;
  }
  const match = pattern.exec(text);
  if (match === null) {
    throw new CannotRun(`${name} ended before it was ready`);
  }
  chunks.pipeTo(new WritableStream());
  return match;
}
