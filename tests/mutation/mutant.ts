/** A fault that is put into the sources, and the tests that must find it. */
export interface Mutant {
  /** What the program does wrong with it: a sentence without a full stop. */
  readonly fault: string;
  /** The file that is changed, from the root of the repository. */
  readonly file: string;
  /** The text that is replaced; the file has it once. */
  readonly from: string;
  /** What replaces it. */
  readonly to: string;
  /** The test files or folders, of which one must fail. */
  readonly tests: readonly string[];
}

/**
 * The source with the fault in it.
 *
 * @param source The text of the mutant's file.
 * @throws {Error} If the text to replace is not there exactly once.
 */
export function mutate(source: string, { file, from, to }: Mutant): string {
  const parts = source.split(from);
  if (parts.length !== 2) {
    throw new Error(
      `${file} has ${parts.length - 1} times, and not once:\n${from}`,
    );
  }
  return parts.join(to);
}
