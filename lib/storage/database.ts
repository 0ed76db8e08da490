import { DatabaseSync } from "node:sqlite";
import { markCorrupt } from "./corruption_mark.ts";
import { DamagedError, StorageError } from "./errors.ts";
import {
  type DatabaseDescription,
  isFromSQLite,
  translateSQLiteError,
} from "./translate_error.ts";
import { withoutNumbers } from "./parameters.ts";
import { type ErrorTranslator, Statement } from "./statement.ts";

/** An open database of which this process is the only user. */
export class Database implements Disposable {
  readonly #sqlite: DatabaseSync;
  readonly #description: DatabaseDescription;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  #inTransaction = false;
  #isClosed = false;

  /**
   * Opens the file as it is. `openDatabase` is what callers want.
   *
   * @throws {StorageError} If it cannot be opened.
   */
  constructor(description: DatabaseDescription) {
    this.#description = description;
    this.#sqlite = this.#translate(() => new DatabaseSync(description.path));
    // Compiling these does not touch the file.
    this.#begin = this.prepare("BEGIN IMMEDIATE");
    this.#commit = this.prepare("COMMIT");
    this.#rollback = this.prepare("ROLLBACK");
  }

  /**
   * Compiles a statement, which can be run any number of times until the database
   * is closed.
   *
   * @throws {StorageError} If SQLite does not accept it.
   */
  prepare(sql: string): Statement {
    const { sql: compiled, order } = withoutNumbers(sql);
    const statement = this.#translate(() => this.#compile(compiled));
    return new Statement(statement, this.#translate, order);
  }

  /**
   * Runs a script: any number of statements without parameters.
   *
   * @throws {StorageError} If a statement fails; those before it have run.
   */
  run(script: string): void {
    this.#translate(() => this.#sqlite.exec(script));
  }

  /**
   * Runs `work` as a transaction: all of it or, if it throws, nothing. It is on
   * the disk when this returns. A transaction within another is part of that one.
   *
   * @throws {StorageError} If it could not be stored.
   */
  transaction<T>(work: () => T): T {
    if (this.#inTransaction) return work();
    this.#begin.run();
    this.#inTransaction = true;
    try {
      const result = work();
      this.#commit.run();
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  /**
   * Copies the write-ahead log into the file and truncates it, so that the log no
   * longer contains what was deleted.
   *
   * @throws {StorageError} If that failed.
   */
  checkpoint(): void {
    this.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  }

  /** How many pages the file has, and how many of them are unused. */
  get pages(): { readonly all: number; readonly unused: number } {
    const pragma = (name: string) =>
      this.prepare(`PRAGMA ${name}`).get()?.integer(name) ?? 0;
    return { all: pragma("page_count"), unused: pragma("freelist_count") };
  }

  /**
   * Takes unused pages out of the file, which is shorter after the next
   * {@linkcode checkpoint}. (VACUUM would take out all, but the runtime allows it
   * only with all permissions, and it takes as long as the file is large.)
   *
   * @param most How many pages at most. Default: all.
   * @throws {StorageError} If that failed: nothing of the content is lost.
   */
  shrink(most?: number): void {
    // Each row of its result is a page.
    this.prepare(`PRAGMA incremental_vacuum(${most ?? 0})`).all();
  }

  /**
   * Closes the file, once: other processes can open it then. Any later use
   * throws a {@linkcode StorageError}.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#translate(() => this.#sqlite.close());
    this.#isClosed = true;
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #compile(sql: string) {
    try {
      return this.#sqlite.prepare(sql);
    } catch (error) {
      // Deno 2.5 does not say why. If the cause is the file and not the
      // statement, reading the file's schema throws an error that says so.
      this.#sqlite.exec("SELECT 1 FROM sqlite_schema");
      throw error;
    }
  }

  #rollBack(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full, or it
      // does so at the next start: nothing of the transaction is in the file.
    }
  }

  /** The one place where SQLite's errors become a `StorageError`. */
  readonly #translate: ErrorTranslator = (call) => {
    // Deno 2.5 crashes on a statement whose database is closed.
    if (this.#isClosed) {
      throw new StorageError(`${this.#description.what} is closed`);
    }
    try {
      return call();
    } catch (error) {
      if (!isFromSQLite(error)) throw error;
      const translated = translateSQLiteError(error, this.#description);
      if (translated instanceof DamagedError) {
        markCorrupt(this.#description.path);
      }
      throw translated;
    }
  };
}
