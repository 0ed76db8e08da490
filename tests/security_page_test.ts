import { assert } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("docs/SECURITY.md", ROOT));

/** The tests that the page names: a file, and the words of one in it. */
const NAMED = Array.from(
  PAGE.replaceAll(/\n +(?! |- )/g, " ").matchAll(
    /^ *- `(tests\/\S+)`: (.+)$/gm,
  ),
  ([_, file = "", name = ""]) => ({ file, name }),
);

const TEST = /(?:Test\(|test\(|name:)\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g;

/** Whether a file has a test of that name, whatever its variables stand for. */
function isIn(source: string, name: string): boolean {
  const literals = source.matchAll(TEST);
  return Array.from(literals).some(([_, literal, template]) =>
    literal === name || template !== undefined && fits(template, name)
  );
}

function fits(template: string, name: string): boolean {
  const parts = template.split(/\$\{[^}]*\}/);
  const pattern = parts.map((part) => part.replaceAll(/[^\w ]/g, "\\$&"));
  return parts.join("").length > 20 &&
    new RegExp(`^${pattern.join(".*")}$`).test(name);
}

Deno.test("every test that SECURITY.md names exists", async () => {
  assert(NAMED.length > 50, `only ${NAMED.length} were found on the page`);
  for (const { file, name } of NAMED) {
    const source = await Deno.readTextFile(new URL(file, ROOT));
    assert(isIn(source, name), `${file} has no test "${name}"`);
  }
});
