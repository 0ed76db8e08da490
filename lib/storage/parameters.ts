const NUMBERED = /\?(\d+)/g;

/** A statement whose parameters have no numbers. */
export interface Unnumbered {
  /** The statement. */
  readonly sql: string;
  /** The index of each parameter's value; undefined if they are in order. */
  readonly order: readonly number[] | undefined;
}

/**
 * Takes the numbers from the parameters of a statement, `?1` and so on: Deno 2.5
 * cannot bind them. A statement has numbers at all its parameters or at none.
 */
export function withoutNumbers(sql: string): Unnumbered {
  const order = Array.from(sql.matchAll(NUMBERED), ([, n]) => Number(n) - 1);
  if (order.length === 0) return { sql, order: undefined };
  return { sql: sql.replaceAll(NUMBERED, "?"), order };
}
