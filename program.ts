/** Exit code of a program that has done what it was asked. */
const EXIT_SUCCESS = 0;

/** Exit code after an internal error, which is a bug. */
const EXIT_INTERNAL_ERROR = 1;

/** Exit code after a usage or configuration error, which the user can correct. */
const EXIT_USER_ERROR = 2;

/** The signals that ask a program to end, where the platform has them. */
const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

/** An error in the arguments; the message says what the program expects. */
export class UsageError extends Error {}

/**
 * Checks that no option is given without its value.
 *
 * @throws {UsageError} If one is.
 */
export function requireValues(
  flags: Readonly<Record<string, unknown>>,
  options: readonly string[],
): void {
  const missing = options.find((option) => flags[option] === "");
  if (missing !== undefined) {
    throw new UsageError(`--${missing} needs a value`);
  }
}

/**
 * Checks that no switch is given with a value, and no option that may only be
 * given once a second time.
 *
 * @throws {UsageError} If one is.
 */
export function checkSwitches(
  args: readonly string[],
  switches: readonly string[],
  once: readonly string[] = [],
): void {
  const names = args.map((argument) => argument.split("=", 1)[0]);
  for (const [at, argument] of args.entries()) {
    const name = names[at]?.replace(/^--(no-)?/, "") ?? "";
    if (/^--[^=]+=/.test(argument) && switches.includes(name)) {
      throw new UsageError(`${names[at]} takes no value`);
    }
  }
  const twice = once.find((option) =>
    names.filter((name) => name === `--${option}`).length > 1
  );
  if (twice !== undefined) {
    throw new UsageError(`--${twice} can be used once only`);
  }
}

/** The class of an error whose message tells the user what to correct. */
type UserError = abstract new (...args: never[]) => Error;

/** One of the two programs. */
export interface Program {
  /** Its name, which begins each error message. */
  readonly name: string;
  /** Runs the program with its arguments. */
  readonly main: (args: string[]) => Promise<void>;
  /** The classes of its usage and configuration errors, besides UsageError. */
  readonly userErrors: readonly UserError[];
}

/**
 * Runs a program and exits: with 0 at its end, with 2 and one line on standard
 * error after a usage or configuration error, with 1 after an internal error
 * (README, "Exit codes").
 */
export async function runProgram(program: Program): Promise<never> {
  const fail = (error: unknown): never => {
    const { code, message } = describe(program, error);
    console.error(`${program.name}: ${message}`);
    Deno.exit(code);
  };
  addEventListener("unhandledrejection", ({ reason }) => fail(reason));
  addEventListener("error", ({ error }) => fail(error));
  try {
    await program.main(Deno.args);
  } catch (error) {
    fail(error);
  }
  Deno.exit(EXIT_SUCCESS);
}

/**
 * Resolves with the name of the first signal that asks the program to end.
 *
 * @param options `hangup` if SIGHUP is such a signal too: its terminal is gone.
 */
export function stopSignal({ hangup = false } = {}): Promise<Deno.Signal> {
  const signals = [...STOP_SIGNALS];
  if (hangup && Deno.build.os !== "windows") signals.push("SIGHUP");
  return new Promise((resolve) => {
    for (const signal of signals) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
  });
}

/** The exit code and message of an error that ends a program. */
function describe(
  { userErrors }: Program,
  error: unknown,
): { code: number; message: string } {
  if (error instanceof UsageError || isOneOf(userErrors, error)) {
    return { code: EXIT_USER_ERROR, message: error.message };
  }
  // To find a bug takes the stack as well.
  const details = Deno.env.get("P2PCHAT_DEBUG") ? Deno.inspect(error) : error;
  return {
    code: EXIT_INTERNAL_ERROR,
    message: `internal error, please report this bug: ${details}`,
  };
}

function isOneOf(
  classes: readonly UserError[],
  error: unknown,
): error is Error {
  return classes.some((userError) => error instanceof userError);
}
