const UNITS = ["", "K", "M", "G", "T"];

/**
 * Parses a size as options of other servers have it: a number, and a unit of a
 * power of 1024.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSize } from "../mod.ts";
 *
 * assertEquals(parseSize("512M"), 512 * 1024 * 1024);
 * assertEquals(parseSize("1.5g"), 1.5 * 1024 ** 3);
 * assertEquals(parseSize("2 GiB"), 2 * 1024 ** 3);
 * assertEquals(parseSize("65536"), 65536);
 * assertEquals(parseSize("a lot"), undefined);
 * ```
 *
 * @returns The size in bytes; undefined if it is malformed.
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,15})?) ?([KMGT]?)(?:i?B)?$/i.exec(text);
  if (match === null) return undefined;
  const [, number = "", unit = ""] = match;
  return Math.floor(Number(number) * 1024 ** UNITS.indexOf(unit.toUpperCase()));
}

/** A size as a person would write it: in the largest unit that gives a whole. */
export function formatSize(bytes: number): string {
  let power = 0;
  while (power < 4 && bytes > 0 && bytes % 1024 ** (power + 1) === 0) power++;
  return `${bytes / 1024 ** power}${UNITS[power]}`;
}
