import { assert, assertEquals, assertMatch } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const WORKFLOWS = new URL(".github/workflows/", ROOT);

/** The workflows, by name. */
const workflows = new Map(
  [...Deno.readDirSync(WORKFLOWS)].map(({ name }) => [
    name,
    Deno.readTextFileSync(new URL(name, WORKFLOWS)),
  ]),
);

Deno.test("every action is pinned to a commit, with its version in a comment", () => {
  for (const [name, text] of workflows) {
    for (const [line] of text.matchAll(/uses: (?!\.\/).*/g)) {
      assertMatch(line, /^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    }
  }
});

Deno.test("no job keeps the token of its checkout, and each lists its permissions", () => {
  for (const [name, text] of workflows) {
    const checkouts = text.split("uses: actions/checkout@").slice(1);
    for (const step of checkouts) {
      const [with_ = ""] = step.split("- ");
      assert(with_.includes("persist-credentials: false"), name);
    }
    assertMatch(text, /^permissions: \{\}$/m, name);
    const jobs = text.split(/^ {2}(?=\w+:$)/m).slice(1)
      .filter((job) => /^ {4}(runs-on|uses): /m.test(job));
    assert(jobs.length > 0, name);
    for (const job of jobs) assertMatch(job, /^ {4}permissions:$/m, name);
  }
});

Deno.test("CI, the releases and the README name one version of Deno", async () => {
  const named = new Set<string>();
  for (const file of [".ci/run", "README.md", "CONTRIBUTING.md"]) {
    const text = await Deno.readTextFile(new URL(file, ROOT));
    for (const [_, it = ""] of text.matchAll(/deno@(\d+\.\d+\.\d+)/g)) {
      named.add(it);
    }
  }
  for (const text of workflows.values()) {
    for (const [_, it = ""] of text.matchAll(/deno-version: (.*)/g)) {
      named.add(it);
    }
  }
  assertEquals([...named].length, 1, [...named].join());
});
