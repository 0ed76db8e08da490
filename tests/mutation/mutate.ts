/**
 * Puts each fault of a list into a copy of the sources, runs the tests that must
 * find it, and prints those that no test finds.
 *
 *     deno task mutate [TEXT]     only mutants whose file or fault has the text
 */
import { availableParallelism } from "node:os";
import { MUTANTS } from "./mutants/mod.ts";
import { type Mutant, mutate } from "./mutant.ts";

/** How long the tests of one mutant may take, in ms: one that hangs is found. */
const TEST_TIMEOUT_MS = 180_000;

/** What is copied of the repository. */
const COPIED = [
  "lib",
  "tests",
  "std",
  "docs",
  "bench",
  "deno.json",
  "deno.lock",
  "server.ts",
  "server_claims.ts",
  "client.ts",
  "program.ts",
  "demo.ts",
  "compile.ts",
  "README.md",
] as const;

const ROOT = new URL("../../", import.meta.url).pathname;

/** How the tests ended. */
type Outcome = "passed" | "failed" | "timed out";

/** The flags that deno runs tests with, as `deno task` hands them over. */
function testFlags(): string[] {
  const further = Deno.env.get("P2PCHAT_DENO_FLAGS")?.split(" ") ?? [];
  return [
    ...further.filter((flag) => flag !== ""),
    "--no-prompt",
    "--allow-all",
    "--no-check",
    "--fail-fast",
    "--quiet",
  ];
}

/** Runs tests in a copy of the repository. */
async function runTests(
  folder: string,
  tests: readonly string[],
): Promise<Outcome> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["test", ...testFlags(), ...tests],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    process.kill("SIGKILL");
  }, TEST_TIMEOUT_MS);
  const { success } = await process.status;
  clearTimeout(timer);
  return isLate ? "timed out" : success ? "passed" : "failed";
}

/** Runs the tests with one fault in the copy, and takes the fault out again. */
async function tryMutant(folder: string, mutant: Mutant): Promise<Outcome> {
  const path = `${folder}/${mutant.file}`;
  const source = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, mutate(source, mutant));
  try {
    return await runTests(folder, mutant.tests);
  } finally {
    await Deno.writeTextFile(path, source);
  }
}

/** A copy of the repository in a new folder. */
async function copyRepository(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "p2pchat-mutants-" });
  const { success } = await new Deno.Command("cp", {
    args: ["-r", ...COPIED.map((name) => ROOT + name), folder],
  }).spawn().status;
  if (!success) throw new Error("the repository could not be copied");
  return folder;
}

/** Does the work with as many copies of the repository as there are cores. */
async function inCopies<Item>(
  items: readonly Item[],
  work: (folder: string, item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const copies = Array.from({ length: availableParallelism() }, async () => {
    const folder = await copyRepository();
    try {
      for (const item of queue) await work(folder, item);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
  await Promise.all(copies);
}

/** Tries the mutants, and returns the exit code: 1 if one survives. */
async function main([text = ""]: readonly string[]): Promise<number> {
  const chosen = MUTANTS.filter(({ file, fault }) =>
    file.includes(text) || fault.includes(text)
  );
  // Tests that fail without a fault would find every mutant.
  const selections = new Set(chosen.map(({ tests }) => tests.join(" ")));
  const broken: string[] = [];
  await inCopies([...selections], async (folder, tests) => {
    const outcome = await runTests(folder, tests.split(" "));
    if (outcome !== "passed") broken.push(tests);
  });
  if (broken.length > 0) {
    console.error(`without a fault these tests fail: ${broken.join(", ")}`);
    return 1;
  }
  const survivors: Mutant[] = [];
  await inCopies(chosen, async (folder, mutant) => {
    const outcome = await tryMutant(folder, mutant);
    if (outcome === "passed") survivors.push(mutant);
    const what = outcome === "passed" ? "SURVIVES" : "found";
    console.log(`${what}: ${mutant.file}: ${mutant.fault}`);
  });
  console.log(`${chosen.length} mutants, ${survivors.length} survive`);
  for (const { file, fault, tests } of survivors) {
    console.log(`  ${file}: ${fault}\n    not found by ${tests.join(" ")}`);
  }
  return survivors.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
