import type { Database } from "../../../storage/mod.ts";

/** The part of the file that may stay unused: new letters soon use it. */
const KEPT_UNUSED_PART = 1 / 4;

/** How many pages may stay unused in any case: 1 MiB. */
const KEPT_UNUSED_PAGES = 256;

/** How many pages one call takes out of the file: it takes some 20 ms at most. */
const PAGES_AT_ONCE = 512;

/**
 * Gives some of the space that a registry's database does not use back to the
 * file system, if that is much.
 *
 * @returns Whether there is more to give back.
 * @throws {StorageError} If the store failed.
 */
export function giveBack(database: Database): boolean {
  const { all, unused } = database.pages;
  const kept = Math.max(KEPT_UNUSED_PAGES, all * KEPT_UNUSED_PART);
  const surplus = Math.ceil(unused - kept);
  if (surplus <= 0) return false;
  database.shrink(Math.min(surplus, PAGES_AT_ONCE));
  if (surplus > PAGES_AT_ONCE && database.pages.unused < unused) return true;
  database.checkpoint();
  return false;
}
