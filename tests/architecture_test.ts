import { assert, assertEquals } from "@std/assert";
import { dirname, relative } from "node:path/posix";
import { denoFlags } from "./support/command.ts";

/**
 * The house: which rooms each room imports. A room is a file or a folder with
 * all that is in it, named by its path from the folder of its table. What is
 * not in its row it does not import; `mod.ts`, the front door, has no row and
 * exports from any room of its own folder.
 */
const HOUSE: Record<string, Record<string, string>> = {
  "": {
    "server.ts": "program.ts lib/registry lib/secure lib/storage lib/net",
    "client.ts": "program.ts lib/console lib/peer lib/secure lib/storage " +
      "lib/protocol lib/net",
    "demo.ts": "lib/console lib/peer lib/registry lib/net",
    "program.ts": "",
    "lib/console": "lib/peer lib/storage lib/protocol lib/net lib/async",
    "lib/peer": "lib/secure lib/storage lib/protocol lib/framing lib/net " +
      "lib/async lib/limits",
    "lib/registry": "lib/secure lib/storage lib/protocol lib/framing lib/net " +
      "lib/async lib/limits",
    "lib/secure": "lib/protocol lib/framing lib/net lib/async",
    "lib/storage": "",
    "lib/protocol": "lib/framing lib/net",
    "lib/framing": "lib/net",
    "lib/net": "lib/async",
    "lib/limits": "",
    "lib/async": "",
  },
  "lib/console": {
    "run.ts": "screen script session.ts events",
    "session.ts": "commands events target.ts error_text.ts",
    "screen": "commands events sanitize.ts",
    "script": "events",
    "target.ts": "",
    "error_text.ts": "",
    "commands": "events",
    "events": "sanitize.ts",
    "sanitize.ts": "",
  },
  "lib/peer": {
    "peer.ts": "parts.ts options.ts connect conversation delivery " +
      "registry_client trust store reach plain events.ts errors.ts timings.ts",
    "parts.ts": "options.ts connect conversation delivery registry_client " +
      "trust store reach plain events.ts errors.ts timings.ts",
    "options.ts": "store events.ts errors.ts timings.ts",
    "connect": "conversation delivery registry_client trust store reach " +
      "plain events.ts errors.ts timings.ts",
    "conversation": "delivery registry_client trust store reach plain " +
      "events.ts errors.ts timings.ts",
    "delivery": "registry_client trust store reach plain events.ts " +
      "errors.ts timings.ts",
    "registry_client": "trust store reach plain events.ts errors.ts " +
      "timings.ts",
    "trust": "store events.ts errors.ts",
    "store": "events.ts errors.ts",
    "plain": "reach events.ts errors.ts timings.ts",
    "reach": "events.ts errors.ts timings.ts",
    "events.ts": "",
    "errors.ts": "",
    "timings.ts": "",
  },
  "lib/registry": {
    "registry.ts": "service.ts sessions methods policy store timings.ts " +
      "log.ts errors.ts",
    "service.ts": "sessions methods policy store timings.ts log.ts errors.ts",
    "sessions": "methods policy store timings.ts log.ts errors.ts",
    "methods": "policy store log.ts errors.ts",
    "policy": "store log.ts errors.ts",
    "store": "log.ts errors.ts",
    "timings.ts": "",
    "log.ts": "",
    "errors.ts": "",
  },
  "lib/secure": {
    "connect.ts": "handshake_reader.ts hello.ts wire_timeout.ts record " +
      "identity noise errors.ts",
    "seal.ts": "identity noise errors.ts",
    "handshake_reader.ts": "record errors.ts",
    "hello.ts": "errors.ts",
    "wire_timeout.ts": "errors.ts",
    "record": "noise errors.ts",
    "identity": "noise errors.ts",
    "noise": "errors.ts",
    "errors.ts": "",
  },
};

const ROOT = new URL("../", import.meta.url);
const PROGRAMS = ["server.ts", "client.ts", "demo.ts"];
const FILES = [...PROGRAMS, ...filesIn("lib")];
const IMPORTS = await importsOf(FILES);

/** One file imports another; both are paths from the root. */
interface Import {
  readonly from: string;
  readonly to: string;
}

/** What breaks the rule of a table, in words. */
function wrongWays(table: string, imports: readonly Import[]): string[] {
  const rows = HOUSE[table] ?? {};
  return imports.flatMap(({ from, to }) => {
    if (!isIn(table, from) || !isIn(table, to)) return [];
    if (from === `${table}/mod.ts`) return [];
    const [room, target] = [roomOf(table, from), roomOf(table, to)];
    if (room === target) return [];
    const row = room === undefined ? undefined : rows[room];
    if (row === undefined) {
      return [`${from} is in no room of the table "${table}"`];
    }
    if (target !== undefined && row.split(" ").includes(target)) return [];
    return [
      `${from} imports ${to}, but ${room} may only import: ${row || "nothing"}`,
    ];
  });
}

/** The room of a table that a file is in. */
function roomOf(table: string, file: string): string | undefined {
  return Object.keys(HOUSE[table] ?? {}).find((room) =>
    isIn(table === "" ? room : `${table}/${room}`, file)
  );
}

/** Whether a path is a folder or a file, or in that folder; "" is the root. */
function isIn(folder: string, path: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** What enters a folder by another way than its front door, in words. */
function wrongDoors(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to }) => {
    // The outermost folder of `to` that `from` is outside of.
    const folder = ancestors(to).find((folder) => !isIn(folder, from));
    if (folder === undefined || to === `${folder}/mod.ts`) return [];
    return [`${from} imports ${to}, but may enter only by ${folder}/mod.ts`];
  });
}

/** The folders that a file is in, outermost first; `lib` has no front door. */
function ancestors(file: string): string[] {
  const parts = dirname(file).split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"))
    .filter((folder) => folder !== "lib" && folder !== ".");
}

/** The first circle that is found, each file in it importing the next. */
function circle(imports: readonly Import[]): string[] {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { to } of targets.get(file) ?? []) {
      const found = walk(to, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of targets.keys()) {
    const found = walk(file, []);
    if (found.length > 0) return found;
  }
  return [];
}

/** The sources in a folder, at any depth. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) return filesIn(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}

/** What files import of the project's sources, of types too, as Deno sees it. */
async function importsOf(files: readonly string[]): Promise<Import[]> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = files.map((file) => `import "${new URL(file, ROOT)}";\n`);
    await Deno.writeTextFile(entry, lines.join(""));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", "deno.json", ...denoFlags(), entry],
      cwd: ROOT,
    }).output();
    assert(code === 0, new TextDecoder().decode(stderr));
    const { modules } = JSON.parse(new TextDecoder().decode(stdout));
    return modules.flatMap(importsIn);
  } finally {
    await Deno.remove(entry);
  }
}

/** A module in the answer of `deno info --json`. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly Dependency[];
}

/** One of its imports: of values, of types, or of both. */
interface Dependency {
  readonly code?: { readonly specifier?: string; readonly error?: string };
  readonly type?: { readonly specifier?: string; readonly error?: string };
}

function importsIn({ specifier, dependencies = [] }: Module): Import[] {
  const from = pathOf(specifier);
  if (from === undefined) return [];
  return dependencies.flatMap(({ code, type }) => {
    const to = pathOf(code?.specifier ?? type?.specifier);
    return to === undefined ? [] : [{ from, to }];
  });
}

/** The path from the root of a source of the project. */
function pathOf(specifier = ""): string | undefined {
  const path = relative(ROOT.href, specifier);
  return path.startsWith("lib/") || path in (HOUSE[""] ?? {})
    ? path
    : undefined;
}

Deno.test("imports go one way through the house, and no other", () => {
  for (const table of Object.keys(HOUSE)) {
    assertEquals(wrongWays(table, IMPORTS), []);
  }
});

Deno.test("a folder is entered from outside only by its front door", () => {
  assertEquals(wrongDoors(IMPORTS), []);
});

Deno.test("no file imports itself, however many others are in between", () => {
  assertEquals(circle(IMPORTS), []);
});

Deno.test("every room in the tables of the house is there", async () => {
  for (const [table, rows] of Object.entries(HOUSE)) {
    for (const [room, row] of Object.entries(rows)) {
      await Deno.stat(new URL(`${table === "" ? "." : table}/${room}`, ROOT));
      const targets = row === "" ? [] : row.split(" ");
      assertEquals(targets.filter((target) => !(target in rows)), []);
    }
  }
});

Deno.test("an import that breaks a rule is named, and the rule with it", () => {
  const storage = "lib/storage/open.ts";
  const ulid = "lib/peer/store/ulid.ts";
  assertEquals(wrongWays("", [{ from: storage, to: ulid }]), [
    `${storage} imports ${ulid}, but lib/storage may only import: nothing`,
  ]);
  assertEquals(wrongDoors([{ from: storage, to: ulid }]), [
    `${storage} imports ${ulid}, but may enter only by lib/peer/mod.ts`,
  ]);
  const delivery = "lib/peer/delivery/codec.ts";
  assertEquals(wrongDoors([{ from: delivery, to: ulid }]), [
    `${delivery} imports ${ulid}, but may enter only by lib/peer/store/mod.ts`,
  ]);
  assertEquals(
    circle([
      { from: storage, to: delivery },
      { from: delivery, to: ulid },
      { from: ulid, to: delivery },
    ]),
    [delivery, ulid, delivery],
  );
});
