import { assert, assertEquals, assertMatch } from "@std/assert";

type Imports = Record<string, string>;

const { imports } = await json<{ imports: Imports }>("deno.json");
const standIns = await json<{ imports: Imports }>("std/import_map.json");
const lock = await json<{ specifiers: Imports }>("deno.lock");

async function json<T>(path: string): Promise<T> {
  const url = new URL(`../../${path}`, import.meta.url);
  return JSON.parse(await Deno.readTextFile(url));
}

Deno.test("every dependency is of one exact version, which the lockfile has", () => {
  for (const specifier of Object.values(imports)) {
    assertMatch(specifier, /^(jsr:@std\/|npm:)[\w.-]+@\d+\.\d+\.\d+$/);
    assertEquals(
      lock.specifiers[specifier],
      specifier.split("@").at(-1),
      specifier,
    );
  }
});

Deno.test("where JSR is out of reach, the npm packages are the same ones", () => {
  assertEquals(Object.keys(standIns.imports), Object.keys(imports));
  for (const [name, specifier] of Object.entries(imports)) {
    const replaced = standIns.imports[name];
    if (specifier.startsWith("npm:")) assertEquals(replaced, specifier);
    else assert(replaced?.startsWith("./"), name);
  }
});
