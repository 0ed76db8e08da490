import type { Database } from "./database.ts";
import { exists, removeDatabase } from "./files.ts";
import type { Value } from "./statement.ts";

/** The tables with rows of their own, but for those that SQLite fills. */
const TABLES = `
  SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
`;

/** The table of the numbers that SQLite does not give twice, if there is one. */
const SEQUENCES =
  "SELECT name FROM sqlite_schema WHERE name = 'sqlite_sequence'";

/** The indexes of words in other tables. */
const WORD_INDEXES = `
  SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'
`;

const TRIGGERS = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";

/**
 * Replaces a file that an earlier version made by one that can shrink, which
 * takes as long as it is large, once. If that is not possible, as on a disk that
 * is nearly full, the file stays as it is. While one takes the place of the other
 * neither is locked: the caller holds another lock.
 *
 * @param database The database, which is open, of the latest schema.
 * @param options How it is opened.
 * @param open Opens a file, or creates it.
 * @returns The database, open again.
 */
export function rewrite<Options extends { readonly path: string }>(
  database: Database,
  options: Options,
  open: (options: Options) => Database,
): Database {
  const { path } = options;
  const newPath = `${path}.new`;
  try {
    removeDatabase(newPath);
    using copy = open({ ...options, path: newPath });
    copyContent(database, copy);
    copy.checkpoint();
  } catch {
    tryTo(() => removeDatabase(newPath));
    return database;
  }
  database.close();
  // A log holds what is not in its file yet.
  const isWhole = [path, newPath].every((name) => !exists(`${name}-wal`));
  tryTo(() =>
    isWhole ? Deno.renameSync(newPath, path) : removeDatabase(newPath)
  );
  return open(options);
}

/** Does something that may fail: the next start tries it again. */
function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // The file is as it was.
  }
}

/**
 * Copies what is in a database into a new one of the same schema, in one
 * transaction. No trigger runs: what it would change is copied, too, and an index
 * of words is made at once, which takes a tenth of the time.
 *
 * @throws {StorageError} If one cannot be read, or the other not written.
 */
function copyContent(from: Database, to: Database): void {
  to.transaction(() => {
    const triggers = to.prepare(TRIGGERS).all();
    for (const row of triggers) to.run(`DROP TRIGGER "${row.text("name")}"`);
    for (const name of names(TABLES, from)) copyTable(name, from, to);
    for (const name of names(SEQUENCES, from)) copyTable(name, from, to);
    for (const name of names(WORD_INDEXES, to)) {
      to.run(`INSERT INTO "${name}" ("${name}") VALUES ('rebuild')`);
    }
    for (const row of triggers) to.run(row.text("sql"));
  });
}

function names(query: string, database: Database): string[] {
  return database.prepare(query).all().map((row) => row.text("name"));
}

function copyTable(name: string, from: Database, to: Database): void {
  // What the schema puts into a new table is in the old one too, or was removed.
  to.run(`DELETE FROM "${name}"`);
  let insert: ((...values: Value[]) => number) | undefined;
  for (const row of from.prepare(`SELECT * FROM "${name}"`).iterate()) {
    const values = row.values();
    insert ??= inserter(name, values.length, to);
    insert(...values);
  }
}

function inserter(name: string, columns: number, database: Database) {
  const parameters = Array(columns).fill("?").join(", ");
  const statement = database.prepare(
    `INSERT INTO "${name}" VALUES (${parameters})`,
  );
  return (...values: Value[]) => statement.run(...values);
}
