/**
 * Prints one figure of a benchmark.
 *
 * @param title What was measured, against what.
 * @param figure What came out, with its unit unless it is a ratio.
 * @param target What it should be; undefined if it only stands there to compare.
 * @param ok Whether it is.
 * @param how Further figures, from which this one came.
 */
export function report(
  title: string,
  figure: string,
  target: string | undefined,
  ok: boolean | undefined,
  how = "",
): void {
  const verdict = target === undefined
    ? ""
    : `target ${target.padEnd(12)}  ${ok ? "ok" : "MISSED"}`;
  console.log(
    `${title.padEnd(41)} ${figure.padStart(15)}  ${verdict.padEnd(27)}  ${how}`
      .trimEnd(),
  );
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1
    ? upper
    : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Each value divided by the one at the same place in another list. */
export function quotients(
  values: readonly number[],
  others: readonly number[],
): number[] {
  return values.map((value, i) => value / (others[i] ?? NaN));
}

/** The lowest and the highest value, as they stand behind a median. */
export function range(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `[${low.toFixed(2)} ${high.toFixed(2)}]`;
}
