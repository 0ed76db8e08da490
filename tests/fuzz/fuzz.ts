import * as fc from "fast-check";

// `deno task fuzz [SECONDS] [SEED]`, or a short one among the other tests.
const [task, ...numbers] = Deno.args.filter((argument) => argument !== "--");

/** How long all properties together are tried, in s, and from which seed. */
export const [
  SECONDS = task === "fuzz" ? 30 : 4,
  SEED = Date.now() % 1_000_000,
] = numbers.map(Number);

/**
 * Tries a property with ever new values, for a share of the time. A failure names
 * the seed and the smallest values that were found to show it.
 *
 * @param share The share of the time: 0 to 1.
 */
export async function fuzz<Values>(
  property: fc.IAsyncProperty<Values> | fc.IProperty<Values>,
  share: number,
): Promise<void> {
  const result = await fc.check(property, {
    seed: SEED,
    numRuns: 2 ** 30,
    interruptAfterTimeLimit: SECONDS * 1000 * share,
  });
  if (result.counterexample !== null) {
    throw new Error(
      `seed ${SEED}: ${await fc.asyncDefaultReportMessage(result)}`,
      { cause: result.errorInstance },
    );
  }
  console.log(`${result.numRuns} runs`);
}
