import { assert, assertEquals } from "@std/assert";
import { dirname, relative } from "node:path/posix";
import { denoFlags } from "./support/command.ts";

/**
 * Which modules each module may import. A module is a file, or a folder with
 * all that is in it, named by its path from the folder of its table. What is
 * not in its row it may not import; `mod.ts`, the entry point of a folder, has
 * no row and exports from any module of its own folder.
 */
const ALLOWED_IMPORTS: Record<string, Record<string, string>> = {
  "": {
    "server.ts":
      "server_claims.ts program.ts lib/registry lib/secure lib/storage lib/net",
    "server_claims.ts": "program.ts lib/registry lib/secure lib/protocol",
    "client.ts": "program.ts lib/console lib/peer lib/secure lib/storage " +
      "lib/protocol lib/net",
    "demo.ts": "program.ts lib/console lib/peer lib/registry lib/net",
    "program.ts": "",
    "lib/console": "lib/peer lib/storage lib/protocol lib/net lib/async " +
      "lib/limits",
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
    "run.ts": "screen script session.ts repetitions.ts folding.ts events",
    "session.ts": "backlog.ts commands folding.ts events target_selection.ts " +
      "error_text.ts",
    "screen": "commands events sanitize.ts target_selection.ts",
    "script": "events sanitize.ts",
    "target_selection.ts": "",
    "error_text.ts": "retrying_error.ts",
    "commands": "folding.ts events retrying_error.ts",
    "repetitions.ts": "events",
    "backlog.ts": "events",
    "folding.ts": "events sanitize.ts",
    "retrying_error.ts": "",
    "events": "sanitize.ts",
    "sanitize.ts": "",
  },
  "lib/peer": {
    "peer.ts":
      "contact_keys.ts named_conversations.ts components.ts options.ts connect " +
      "conversation delivery " +
      "registry_client trust store reach plain conversation_types.ts " +
      "events.ts errors.ts timings.ts",
    "contact_keys.ts": "named_conversations.ts connect events.ts errors.ts",
    "named_conversations.ts": "components.ts conversation " +
      "conversation_types.ts errors.ts",
    "components.ts":
      "options.ts connect conversation delivery registry_client " +
      "trust store reach plain events.ts errors.ts timings.ts",
    "options.ts": "trust store reach events.ts errors.ts timings.ts",
    "connect": "conversation delivery registry_client trust store reach " +
      "plain events.ts errors.ts timings.ts",
    "conversation": "delivery registry_client trust store reach plain " +
      "conversation_types.ts events.ts errors.ts timings.ts",
    "delivery": "registry_client trust store reach plain events.ts " +
      "errors.ts timings.ts",
    "registry_client": "trust store reach plain events.ts errors.ts " +
      "timings.ts",
    "trust": "store events.ts errors.ts",
    "store": "events.ts errors.ts",
    "plain": "reach conversation_types.ts events.ts errors.ts timings.ts",
    "reach": "events.ts errors.ts timings.ts",
    "conversation_types.ts": "store events.ts",
    "events.ts": "errors.ts",
    "errors.ts": "",
    "timings.ts": "",
  },
  "lib/registry": {
    "registry.ts": "connections.ts service.ts sessions methods policy store " +
      "timings.ts log.ts errors.ts",
    "connections.ts": "service.ts sessions methods policy store timings.ts " +
      "log.ts errors.ts",
    "service.ts": "service_log.ts sessions methods policy store timings.ts " +
      "log.ts errors.ts",
    "service_log.ts": "store log_limiter.ts log.ts errors.ts",
    "sessions": "methods policy store timings.ts log.ts errors.ts",
    "methods": "policy store log.ts errors.ts",
    "policy": "store log.ts errors.ts",
    "store": "log.ts errors.ts",
    "timings.ts": "",
    "log_limiter.ts": "log.ts",
    "log.ts": "",
    "errors.ts": "",
  },
  "lib/secure": {
    "connect.ts": "hello_answer.ts handshake.ts record identity errors.ts",
    "hello_answer.ts": "handshake.ts handshake_reader.ts hello.ts " +
      "close_on_failure.ts record identity noise errors.ts",
    "accept.ts": "handshake.ts handshake_reader.ts hello.ts " +
      "close_on_failure.ts record identity errors.ts",
    "seal.ts": "identity noise errors.ts",
    "rotation.ts": "seal.ts identity errors.ts",
    "handshake.ts": "hello.ts identity noise errors.ts",
    "hello.ts": "handshake_reader.ts errors.ts",
    "handshake_reader.ts": "record errors.ts",
    "close_on_failure.ts": "",
    "record": "noise errors.ts",
    "identity": "noise errors.ts",
    "noise": "errors.ts",
    "errors.ts": "",
  },
};

/** The packages that a module may import besides the runtime's own. */
const ALLOWED_PACKAGES: Record<string, string> = {
  "server.ts": "@std/cli",
  "client.ts": "@std/cli",
  "lib/console": "@std/cli/unicode-width @std/streams",
  "lib/secure": "libsodium",
};

const ROOT = new URL("../", import.meta.url);
const PROGRAMS = ["server.ts", "client.ts", "demo.ts"];
const FILES = [...PROGRAMS, ...filesIn("lib")];
const { imports: IMPORTS, packages: PACKAGES } = await importsOf(FILES);

/** One file imports another; both are paths from the root. */
interface Import {
  readonly from: string;
  readonly to: string;
}

/** A sentence for each import that a table does not allow. */
function illegalImports(table: string, imports: readonly Import[]): string[] {
  const rows = ALLOWED_IMPORTS[table] ?? {};
  return imports.flatMap(({ from, to }) => {
    if (!isIn(table, from) || !isIn(table, to)) return [];
    if (from === `${table}/mod.ts`) return [];
    const [module, target] = [moduleOf(table, from), moduleOf(table, to)];
    if (module === target) return [];
    const row = module === undefined ? undefined : rows[module];
    if (row === undefined) {
      return [`${from} is in no module of the table "${table}"`];
    }
    if (target !== undefined && row.split(" ").includes(target)) return [];
    return [
      `${from} imports ${to}, but ${module} may only import: ` +
      (row || "nothing"),
    ];
  });
}

/** The module of a table that a file is in. */
function moduleOf(table: string, file: string): string | undefined {
  return Object.keys(ALLOWED_IMPORTS[table] ?? {}).find((module) =>
    isIn(table === "" ? module : `${table}/${module}`, file)
  );
}

/** Whether a path is a folder or a file, or in that folder; "" is the root. */
function isIn(folder: string, path: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** A sentence for each import that enters a folder past its `mod.ts`. */
function bypassedEntryPoints(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to }) => {
    // The outermost folder of `to` that `from` is outside of.
    const folder = ancestors(to).find((folder) => !isIn(folder, from));
    if (folder === undefined || to === `${folder}/mod.ts`) return [];
    return [`${from} imports ${to}, but must import ${folder}/mod.ts`];
  });
}

/** The folders that a file is in, outermost first; `lib` has no entry point. */
function ancestors(file: string): string[] {
  const parts = dirname(file).split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"))
    .filter((folder) => folder !== "lib" && folder !== ".");
}

/** The first import cycle that is found: each file imports the next. */
function findCycle(imports: readonly Import[]): string[] {
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

/** What files import, of types too, as Deno sees it. */
async function importsOf(
  files: readonly string[],
): Promise<{ imports: Import[]; packages: Import[] }> {
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
    return {
      imports: modules.flatMap(importsIn),
      packages: modules.flatMap(packagesIn),
    };
  } finally {
    await Deno.remove(entry);
  }
}

/** A source file in the answer of `deno info --json`. */
interface SourceInfo {
  readonly specifier: string;
  readonly dependencies?: readonly Dependency[];
}

/** One of its imports: of values, of types, or of both. */
interface Dependency {
  /** As it is written. */
  readonly specifier: string;
  readonly code?: { readonly specifier?: string; readonly error?: string };
  readonly type?: { readonly specifier?: string; readonly error?: string };
}

function importsIn({ specifier, dependencies = [] }: SourceInfo): Import[] {
  const from = pathOf(specifier);
  if (from === undefined) return [];
  return dependencies.flatMap(({ specifier, code, type }) => {
    if (!isRelative(specifier) || specifier.endsWith(".json")) return [];
    const target = code?.specifier ?? type?.specifier ?? "";
    return [{ from, to: relative(ROOT.href, target) }];
  });
}

/** The packages that a source imports, by the names that it gives them. */
function packagesIn({ specifier, dependencies = [] }: SourceInfo): Import[] {
  const from = pathOf(specifier);
  if (from === undefined) return [];
  return dependencies.map(({ specifier }) => specifier)
    .filter((name) => !isRelative(name) && !name.startsWith("node:"))
    .map((to) => ({ from, to }));
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

/** The path from the root of a program or a source in lib. */
function pathOf(specifier: string): string | undefined {
  const path = relative(ROOT.href, specifier);
  return path.startsWith("lib/") || path in (ALLOWED_IMPORTS[""] ?? {})
    ? path
    : undefined;
}

/** A sentence for each package that a module may not import. */
function illegalPackages(packages: readonly Import[]): string[] {
  return packages.flatMap(({ from, to }) => {
    const module = moduleOf("", from) ?? "";
    const allowed = ALLOWED_PACKAGES[module] ?? "";
    return allowed.split(" ").includes(to)
      ? []
      : [`${from} imports ${to}, but ${module} may not`];
  });
}

Deno.test("each module imports only what the layout allows", () => {
  for (const table of Object.keys(ALLOWED_IMPORTS)) {
    assertEquals(illegalImports(table, IMPORTS), []);
  }
});

Deno.test("a folder is imported from outside only through its mod.ts", () => {
  assertEquals(bypassedEntryPoints(IMPORTS), []);
});

Deno.test("a package is imported only where the layout allows", () => {
  assertEquals(illegalPackages(PACKAGES), []);
});

Deno.test("no file imports itself, directly or through others", () => {
  assertEquals(findCycle(IMPORTS), []);
});

Deno.test("every module in the tables of allowed imports exists", async () => {
  for (const [table, rows] of Object.entries(ALLOWED_IMPORTS)) {
    for (const [module, row] of Object.entries(rows)) {
      await Deno.stat(new URL(`${table === "" ? "." : table}/${module}`, ROOT));
      const targets = row === "" ? [] : row.split(" ");
      assertEquals(targets.filter((target) => !(target in rows)), []);
    }
  }
});

Deno.test("an import that breaks a rule is reported with the rule", () => {
  const storage = "lib/storage/open.ts";
  const ulid = "lib/peer/store/ulid.ts";
  assertEquals(illegalImports("", [{ from: storage, to: ulid }]), [
    `${storage} imports ${ulid}, but lib/storage may only import: nothing`,
  ]);
  assertEquals(bypassedEntryPoints([{ from: storage, to: ulid }]), [
    `${storage} imports ${ulid}, but must import lib/peer/mod.ts`,
  ]);
  const outside = "tests/support/at.ts";
  assertEquals(illegalImports("", [{ from: storage, to: outside }]), [
    `${storage} imports ${outside}, but lib/storage may only import: nothing`,
  ]);
  assertEquals(illegalPackages([{ from: storage, to: "npm:left-pad" }]), [
    `${storage} imports npm:left-pad, but lib/storage may not`,
  ]);
  const delivery = "lib/peer/delivery/codec.ts";
  assertEquals(bypassedEntryPoints([{ from: delivery, to: ulid }]), [
    `${delivery} imports ${ulid}, but must import lib/peer/store/mod.ts`,
  ]);
  assertEquals(
    findCycle([
      { from: storage, to: delivery },
      { from: delivery, to: ulid },
      { from: ulid, to: delivery },
    ]),
    [delivery, ulid, delivery],
  );
});
