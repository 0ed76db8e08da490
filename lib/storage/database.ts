import { DatabaseSync } from "node:sqlite";
import { markCorrupt } from "./damage.ts";
import { DamagedError } from "./errors.ts";
import { explainSQLite, isFromSQLite, type Subject } from "./explain.ts";
import { type Guard, Statement } from "./statement.ts";

/** An open database of which this process is the only user. */
export class Database implements Disposable {
  readonly #sqlite: DatabaseSync;
  readonly #subject: Subject;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  #inTransaction = false;

  /**
   * Opens the file as it is. `openDatabase` is what callers want.
   *
   * @throws {StorageError} If it cannot be opened.
   */
  constructor(subject: Subject) {
    this.#subject = subject;
    this.#sqlite = this.#guard(() => new DatabaseSync(subject.path));
    // Compiling these does not touch the file.
    this.#begin = this.prepare("BEGIN IMMEDIATE");
    this.#commit = this.prepare("COMMIT");
    this.#rollback = this.prepare("ROLLBACK");
  }

  /**
   * Compiles a statement, to be kept and run any number of times until the
   * database is closed.
   *
   * @throws {StorageError} If SQLite does not take it.
   */
  prepare(sql: string): Statement {
    const statement = this.#guard(() => this.#compile(sql));
    return new Statement(statement, this.#guard);
  }

  /**
   * Runs a script: any number of statements without values.
   *
   * @throws {StorageError} Where one of them fails; those before it are done.
   */
  run(script: string): void {
    this.#guard(() => this.#sqlite.exec(script));
  }

  /**
   * Does all that `work` does or, if it throws, nothing of it. It is on the
   * disk when this returns. A transaction inside another is part of that one.
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
      this.#undo();
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  /**
   * Moves the log of changes into the file and empties it, so that what was
   * deleted no longer stands in the log.
   *
   * @throws {StorageError} If that was not possible.
   */
  emptyLog(): void {
    this.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  }

  /** Closes the file; others can open it then. */
  close(): void {
    this.#guard(() => this.#sqlite.close());
  }

  /** The same as {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  #compile(sql: string) {
    try {
      return this.#sqlite.prepare(sql);
    } catch (error) {
      // Deno 2.5 does not say why. If it is the file and not the statement,
      // then reading the file's schema says it.
      this.#sqlite.exec("SELECT 1 FROM sqlite_schema");
      throw error;
    }
  }

  #undo(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full, or
      // the next start does: nothing of it is in the file.
    }
  }

  /** The one place where SQLite's errors are turned into ours. */
  readonly #guard: Guard = (call) => {
    try {
      return call();
    } catch (error) {
      if (!isFromSQLite(error)) throw error;
      const explained = explainSQLite(error, this.#subject);
      if (explained instanceof DamagedError) markCorrupt(this.#subject.path);
      throw explained;
    }
  };
}
