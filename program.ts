/** Arguments that a person has to mend; the message says how. */
export class UsageError extends Error {}

/** An error whose message is all that a person needs to know. */
type UserError = abstract new (...args: never[]) => Error;

/** One of the two programs: what it is called, and what it does. */
export interface Program {
  readonly name: string;
  /** Does everything. */
  readonly main: (args: string[]) => Promise<void>;
  /** The errors whose messages tell a person what to mend. */
  readonly userErrors: readonly UserError[];
}

/**
 * Runs a program to its end and exits: with 0, with 2 and a sentence where a
 * person has to mend something, and with 1 where we have to.
 */
export async function runProgram(program: Program): Promise<never> {
  const fail = (error: unknown): never => {
    const { code, message } = inWords(program, error);
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
  Deno.exit(0);
}

function inWords(
  { userErrors }: Program,
  error: unknown,
): { code: number; message: string } {
  if (error instanceof UsageError || isOneOf(userErrors, error)) {
    return { code: 2, message: error.message };
  }
  // Who wants to mend it needs more than a sentence.
  const details = Deno.env.get("P2PCHAT_DEBUG") ? Deno.inspect(error) : error;
  return {
    code: 1,
    message: `this should not happen, please report it: ${details}`,
  };
}

function isOneOf(
  userErrors: readonly UserError[],
  error: unknown,
): error is Error {
  return userErrors.some((mistake) => error instanceof mistake);
}
