import { devNull } from "node:os";
import { MAX_CONCURRENT_CHECKS } from "./reachability.ts";

/**
 * Open files that are never used for the connections of clients: the runtime,
 * rejections and checks need some.
 */
export const RESERVED_FILES: number = 64 + MAX_CONCURRENT_CHECKS;

/**
 * How many of the connections that are wanted fit into the process's limit of
 * open files, with {@linkcode RESERVED_FILES} to spare. The runtime does not say
 * what the limit is, and dies when `accept` exceeds it; so this opens files
 * until there are enough, or no more can be opened. It is meant for the start
 * of a program.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { fitToFileLimit } from "../mod.ts";
 *
 * assert(fitToFileLimit(100) <= 100); // fewer if `ulimit -n` is low
 * ```
 *
 * @throws {Deno.errors.NotCapable} Without read access to the null device.
 */
export function fitToFileLimit(wanted: number): number {
  // Windows has no such limit that a program of this size could reach.
  if (Deno.build.os === "windows") return wanted;
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < wanted + RESERVED_FILES) {
      files.push(Deno.openSync(devNull));
    }
    return wanted;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return Math.max(1, files.length - RESERVED_FILES);
  } finally {
    for (const file of files) file.close();
  }
}
