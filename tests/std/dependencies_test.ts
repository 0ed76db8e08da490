import { assert, assertEquals, assertMatch } from "@std/assert";

type Imports = Record<string, string>;

const { imports } = await json<{ imports: Imports }>("deno.json");
const standIns = await json<{ imports: Imports }>("std/import_map.json");
const lock = await json<{ specifiers: Imports }>("deno.lock");

async function json<T>(path: string): Promise<T> {
  const url = new URL(`../../${path}`, import.meta.url);
  return JSON.parse(await Deno.readTextFile(url));
}

/** The package of a module: `@std/cli` of `@std/cli/unicode-width`. */
function packageOf(module: string): string {
  return module.startsWith("@std/")
    ? module.split("/").slice(0, 2).join("/")
    : module;
}

function isNew(name: string, at: number, names: readonly string[]): boolean {
  return names.indexOf(name) === at;
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
  const packages = Object.keys(standIns.imports).map(packageOf);
  assertEquals(packages.filter(isNew), Object.keys(imports));
  for (const [name, replaced] of Object.entries(standIns.imports)) {
    const specifier = imports[packageOf(name)];
    if (specifier?.startsWith("npm:")) assertEquals(replaced, specifier);
    else assert(replaced.startsWith("./"), name);
  }
});
