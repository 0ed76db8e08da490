import { clearMark } from "./corruption_mark.ts";
import { exists } from "./files.ts";

/**
 * Moves a damaged database to a name that is not in use.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { moveAside } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/store.db`, "damaged");
 * const aside = moveAside(`${folder}/store.db`, Date.UTC(2026, 0, 2, 3, 4, 5));
 * assertEquals(aside, `${folder}/store.db.damaged-20260102T030405000Z`);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param path Where it is.
 * @param now The time, in ms since the epoch: it becomes part of the name.
 * @returns The new name.
 * @throws {Error} If the folder cannot be written.
 */
export function moveAside(path: string, now: number): string {
  const aside = freeName(
    `${path}.damaged-${new Date(now).toISOString().replaceAll(/[-:.]/g, "")}`,
  );
  // The log first: SQLite would apply one that is left behind to the next file.
  for (const ending of ["-wal", "-shm", ""]) {
    if (exists(path + ending)) Deno.renameSync(path + ending, aside + ending);
  }
  clearMark(path);
  return aside;
}

function freeName(name: string): string {
  let free = name;
  for (let n = 2; ["", "-wal", "-shm"].some((e) => exists(free + e)); n++) {
    free = `${name}-${n}`;
  }
  return free;
}
