import { DatabaseSync } from "node:sqlite";

/** Makes a database as earlier versions did: such that it cannot shrink. */
export function makeUnshrinkable(path: string): void {
  using database = new DatabaseSync(path);
  database.exec("PRAGMA auto_vacuum = NONE; VACUUM");
}

/** Whether a database can shrink. */
export function canShrink(path: string): boolean {
  using database = new DatabaseSync(path);
  return database.prepare("PRAGMA auto_vacuum").get()?.auto_vacuum !== 0;
}
