import type { SQLOutputValue, StatementSync } from "node:sqlite";

/** A value that a column can have. */
export type Value = string | number | Uint8Array | null;

/** Runs a call of SQLite and turns its error into a `StorageError`. */
export type ErrorTranslator = <T>(call: () => T) => T;

/** A compiled statement. */
export class Statement {
  readonly #statement: StatementSync;
  readonly #translate: ErrorTranslator;
  readonly #order: readonly number[] | undefined;

  /**
   * Made by `Database.prepare`.
   *
   * @param order The index of each parameter's value. Default: in order.
   */
  constructor(
    statement: StatementSync,
    translate: ErrorTranslator,
    order?: readonly number[],
  ) {
    this.#statement = statement;
    this.#translate = translate;
    this.#order = order;
  }

  /**
   * Runs it with values for its parameters.
   *
   * @returns How many rows it added, changed or removed.
   * @throws {StorageError} If that failed: nothing is changed then.
   */
  run(...values: Value[]): number {
    return this.#translate(() =>
      Number(this.#statement.run(...this.#bound(values)).changes)
    );
  }

  /**
   * Runs it with values for its parameters.
   *
   * @returns The first row of its result, if there is one.
   * @throws {StorageError} If that failed.
   */
  get(...values: Value[]): Row | undefined {
    return this.#translate(() => {
      const columns = this.#statement.get(...this.#bound(values));
      return columns && new Row(columns);
    });
  }

  /**
   * Runs it with values for its parameters.
   *
   * @returns All rows of its result.
   * @throws {StorageError} If that failed.
   */
  all(...values: Value[]): Row[] {
    return this.#translate(() =>
      this.#statement.all(...this.#bound(values)).map((columns) =>
        new Row(columns)
      )
    );
  }

  /**
   * Runs it with values for its parameters.
   *
   * @returns The rows of its result, one after the other.
   * @throws {StorageError} If that failed.
   */
  *iterate(...values: Value[]): Generator<Row, void> {
    const rows = this.#translate(() =>
      this.#statement.iterate(...this.#bound(values))
    );
    for (;;) {
      const { done, value } = this.#translate(() => rows.next());
      if (done === true) return;
      yield new Row(value);
    }
  }

  /** A value for each parameter. */
  #bound(values: readonly Value[]): readonly Value[] {
    return this.#order?.map((index) => values[index] ?? null) ?? values;
  }
}

/** A row of a result. Tables are STRICT: a column has values of one type. */
export class Row {
  readonly #columns: Readonly<Record<string, SQLOutputValue>>;

  /** Made by a {@linkcode Statement}. */
  constructor(columns: Readonly<Record<string, SQLOutputValue>>) {
    this.#columns = columns;
  }

  /**
   * The text in a column.
   *
   * @throws {TypeError} If it has another type: the query is wrong.
   */
  text(column: string): string {
    const value = this.#columns[column];
    if (typeof value === "string") return value;
    throw new TypeError(`${column} is not text`);
  }

  /**
   * The integer in a column.
   *
   * @throws {TypeError} If it has another type: the query is wrong.
   */
  integer(column: string): number {
    const value = this.#columns[column];
    if (typeof value === "number") return value;
    throw new TypeError(`${column} is not a number`);
  }

  /**
   * The bytes in a column.
   *
   * @throws {TypeError} If it has another type: the query is wrong.
   */
  bytes(column: string): Uint8Array<ArrayBuffer> {
    const value = this.#columns[column];
    if (value instanceof Uint8Array) return new Uint8Array(value);
    throw new TypeError(`${column} is not bytes`);
  }

  /** The values of all columns. */
  values(): Value[] {
    return Object.values(this.#columns).map((value) => {
      if (typeof value !== "bigint") return value;
      throw new TypeError("an integer is too large");
    });
  }

  /** Whether a column is NULL. */
  isNull(column: string): boolean {
    return this.#columns[column] === null;
  }
}
