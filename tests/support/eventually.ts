import { TIME_LIMIT_MS } from "./time_limit.ts";

/** How often a condition is checked, in ms. */
const INTERVAL_MS = 10;

/**
 * Waits for a condition that nothing announces.
 *
 * @param state What to show if it does not come.
 * @throws {Error} If it takes longer than {@linkcode TIME_LIMIT_MS}.
 */
export async function eventually(
  condition: () => boolean,
  state: () => unknown,
): Promise<void> {
  const deadline = performance.now() + TIME_LIMIT_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(Deno.inspect(state()));
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
