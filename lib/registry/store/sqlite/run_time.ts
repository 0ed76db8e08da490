import type { Database, Statement } from "../../../storage/mod.ts";
import type { RunTime } from "../types.ts";

/** The {@linkcode RunTime} in a table of SQLite. */
export class SQLiteRunTime implements RunTime {
  readonly atOpenS: number;
  readonly #save: Statement;

  /**
   * The script that makes the table. Claims and letters had the time of the
   * machine's clock: nobody knows whether it was right, so all start afresh.
   */
  static readonly migration = `
    CREATE TABLE run_time (seconds INTEGER NOT NULL) STRICT;
    INSERT INTO run_time VALUES (0);
    UPDATE claims SET used = 0;
    UPDATE letters SET time = 0;
  `;

  /** The run time in a database that has the table. */
  constructor(database: Database) {
    this.atOpenS = database.prepare("SELECT seconds FROM run_time").get()
      ?.integer("seconds") ?? 0;
    this.#save = database.prepare("UPDATE run_time SET seconds = ?");
  }

  save(runTimeS: number): void {
    this.#save.run(runTimeS);
  }
}
