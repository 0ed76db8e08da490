import type { SQLOutputValue, StatementSync } from "node:sqlite";

/** What can be stored in a column. */
export type Value = string | number | Uint8Array | null;

/** Runs a call of SQLite's and turns its error into a `StorageError`. */
export type Guard = <T>(call: () => T) => T;

/** A statement that is compiled once and run often. */
export class Statement {
  readonly #statement: StatementSync;
  readonly #guard: Guard;

  /** Made by `Database.prepare`. */
  constructor(statement: StatementSync, guard: Guard) {
    this.#statement = statement;
    this.#guard = guard;
  }

  /**
   * Runs it with values for its `?`.
   *
   * @returns How many rows it added, changed or removed.
   * @throws {StorageError} If that was not possible: nothing is changed then.
   */
  run(...values: Value[]): number {
    return this.#guard(() => Number(this.#statement.run(...values).changes));
  }

  /**
   * Runs it with values for its `?`.
   *
   * @returns The first row of its result, if there is one.
   * @throws {StorageError} If that was not possible.
   */
  get(...values: Value[]): Row | undefined {
    return this.#guard(() => {
      const columns = this.#statement.get(...values);
      return columns && new Row(columns);
    });
  }

  /**
   * Runs it with values for its `?`.
   *
   * @returns All rows of its result.
   * @throws {StorageError} If that was not possible.
   */
  all(...values: Value[]): Row[] {
    return this.#guard(() =>
      this.#statement.all(...values).map((columns) => new Row(columns))
    );
  }
}

/** A row of a result. Tables are STRICT, so that a column has its one type. */
export class Row {
  readonly #columns: Readonly<Record<string, SQLOutputValue>>;

  /** Made by a {@linkcode Statement}. */
  constructor(columns: Readonly<Record<string, SQLOutputValue>>) {
    this.#columns = columns;
  }

  /**
   * The text in a column.
   *
   * @throws {TypeError} If it holds something else: the query is wrong.
   */
  text(column: string): string {
    const value = this.#columns[column];
    if (typeof value === "string") return value;
    throw new TypeError(`${column} is no text`);
  }

  /**
   * The whole number in a column.
   *
   * @throws {TypeError} If it holds something else: the query is wrong.
   */
  integer(column: string): number {
    const value = this.#columns[column];
    if (typeof value === "number") return value;
    throw new TypeError(`${column} is no number`);
  }

  /**
   * The bytes in a column.
   *
   * @throws {TypeError} If it holds something else: the query is wrong.
   */
  bytes(column: string): Uint8Array<ArrayBuffer> {
    const value = this.#columns[column];
    if (value instanceof Uint8Array) return new Uint8Array(value);
    throw new TypeError(`${column} is no bytes`);
  }

  /** Whether there is nothing in a column. */
  isNull(column: string): boolean {
    return this.#columns[column] === null;
  }
}
