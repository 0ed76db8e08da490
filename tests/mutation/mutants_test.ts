import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { mutate } from "./mutant.ts";
import { MUTANTS } from "./mutants/mod.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("each mutant changes a text that its file has exactly once", async () => {
  for (const mutant of MUTANTS) {
    const source = await Deno.readTextFile(new URL(mutant.file, ROOT));
    assertNotEquals(mutate(source, mutant), source, mutant.fault);
  }
});

Deno.test("each mutant names tests that exist", async () => {
  for (const { tests, fault } of MUTANTS) {
    assert(tests.length > 0, fault);
    for (const test of tests) await Deno.stat(new URL(test, ROOT));
  }
});

Deno.test("no two mutants have the same fault", () => {
  const faults = MUTANTS.map(({ file, fault }) => `${file}: ${fault}`);
  assertEquals(new Set(faults).size, faults.length);
});
