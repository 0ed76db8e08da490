/** The paths in docs/ARCHITECTURE.md, against the files that exist. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const PAGE = await Deno.readTextFile(new URL("docs/ARCHITECTURE.md", ROOT));

/** The folders in the page's tree of `lib/`, as paths from the root. */
function treeOfLib(): string[] {
  const [, rest = ""] = PAGE.split("The folders of `lib/`");
  const [, tree = ""] = rest.split("```");
  const folders: string[] = [];
  const above = ["lib"];
  for (const line of tree.split("\n")) {
    const [, indent = "", name] = /^( *)([a-z_]+)\/( |$)/.exec(line) ?? [];
    if (name === undefined) continue;
    above.length = 1 + indent.length / 2;
    above.push(name);
    folders.push(above.join("/"));
  }
  return folders;
}

/** The folders in a folder that have sources, at any depth. */
function foldersIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? [path, ...foldersIn(path)] : [];
  });
}

Deno.test("ARCHITECTURE.md has every folder of lib in its tree, and no other", () => {
  assertEquals(treeOfLib().toSorted(), foldersIn("lib").toSorted());
});

Deno.test("every file and folder that ARCHITECTURE.md names exists", async () => {
  const quoted = PAGE.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g);
  const paths = Array.from(quoted, ([_, path = ""]) => path)
    .filter((path) => path.includes("/"));
  assert(paths.length > 50, `only ${paths.length} paths were found`);
  for (const path of paths) await Deno.stat(new URL(path, ROOT));
});
