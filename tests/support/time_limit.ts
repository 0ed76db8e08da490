import { TIMED_OUT, withTimeout } from "../../lib/async/mod.ts";

/** How long a test waits for one thing before it fails, in ms. */
export const TIME_LIMIT_MS = 60_000;

/** What a test waited for did not come. */
export class TimeLimitError extends Error {
}

/**
 * Waits for something that a test expects. A test that waits for ever would
 * keep the whole run from ending, and not say what it waits for.
 *
 * @throws {TimeLimitError} If it takes longer than {@linkcode TIME_LIMIT_MS}.
 */
export async function limited<T>(promise: Promise<T>, what: string) {
  const result = await withTimeout(promise, TIME_LIMIT_MS);
  if (result !== TIMED_OUT) return result;
  throw new TimeLimitError(`${what} within ${TIME_LIMIT_MS / 1000} s`);
}
