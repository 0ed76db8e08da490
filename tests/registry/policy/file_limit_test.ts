import { assertEquals } from "@std/assert";
import { fitToFileLimit } from "../../../lib/registry/policy/file_limit.ts";

Deno.test("all wanted connections fit where the limit of open files is higher", () => {
  assertEquals(fitToFileLimit(10), 10);
});
