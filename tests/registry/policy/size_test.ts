import { assertEquals } from "@std/assert";
import { formatSize, parseSize } from "../../../lib/registry/mod.ts";

Deno.test("a size is a number, and a unit of a power of 1024 in any of its forms", () => {
  for (const text of ["512M", "512m", "512MB", "512MiB", "512 mib", "0.5G"]) {
    assertEquals(parseSize(text), 512 * 1024 * 1024, text);
  }
  assertEquals(parseSize("65536"), 65536);
  assertEquals(parseSize("64K"), 65536);
  assertEquals(parseSize("1T"), 1024 ** 4);
});

Deno.test("what is no size is not taken for one", () => {
  for (
    const text of ["", "M", "-1M", "1X", "1e9", "1,5G", "1 0M", "0x10", ".5G"]
  ) assertEquals(parseSize(text), undefined, text);
});

Deno.test("a size is written in the largest unit that gives a whole number", () => {
  for (const text of ["0", "1", "1000", "64K", "1M", "1536M", "1G", "2T"]) {
    assertEquals(formatSize(parseSize(text) ?? -1), text);
  }
});
