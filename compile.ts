/** The permissions of each program, which its executable is limited to. */
const PERMISSIONS = {
  server: ["--allow-net", "--allow-env", "--allow-read", "--allow-write"],
  client: ["--allow-net", "--allow-env", "--allow-read", "--allow-write"],
} as const;

/**
 * How V8 collects garbage. Left to itself it lets up to 110 MiB pile up when a
 * peer floods a program; with these flags it is 15 to 50 MiB, and the registry
 * takes less memory, at no measurable cost in time.
 */
const V8_FLAGS = "--v8-flags=" + [
  "--max-semi-space-size=4",
  "--initial-old-space-size=16",
  "--heap-growing-percent=50",
].join(",");

/**
 * The first version of Deno with `--exclude-unused-npm`, which leaves out the npm
 * packages that only tests import; earlier ones embed the whole lockfile.
 */
const EXCLUDE_UNUSED_NPM_SINCE = [2, 9];

/** Compiles both programs; passes arguments such as `--target …` to Deno. */
async function main(args: string[]): Promise<number> {
  const flags = Deno.env.get("P2PCHAT_DENO_FLAGS")?.split(" ") ?? [];
  const further = [...flags.filter((flag) => flag !== ""), ...args];
  for (const program of ["server", "client"] as const) {
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: compileArgs(program, further),
    }).spawn().status;
    if (code !== 0) return code;
  }
  return 0;
}

/**
 * The arguments of Deno that compile a program into `dist/`, or into
 * `dist/TARGET/` if the arguments name a target.
 *
 * @param args Further arguments for `deno compile`.
 * @param deno The version of Deno that they are for.
 */
export function compileArgs(
  program: keyof typeof PERMISSIONS,
  args: readonly string[],
  deno: string = Deno.version.deno,
): string[] {
  const folder = ["dist", targetIn(args) ?? []].flat().join("/");
  return [
    "compile",
    "--no-prompt",
    // `deno task test` checks the types; here that would embed the types of npm
    // packages too.
    "--no-check",
    ...isAtLeast(EXCLUDE_UNUSED_NPM_SINCE, deno)
      ? ["--exclude-unused-npm"]
      : [],
    V8_FLAGS,
    ...PERMISSIONS[program],
    ...args,
    "--output",
    `${folder}/p2pchat-${program}`,
    `${program}.ts`,
  ];
}

function isAtLeast([major = 0, minor = 0]: number[], version: string): boolean {
  const [theMajor = 0, theMinor = 0] = version.split(".").map(Number);
  return theMajor > major || theMajor === major && theMinor >= minor;
}

/** The target that the arguments name, if they name one. */
function targetIn(args: readonly string[]): string | undefined {
  const at = args.findIndex((argument) => /^--target(=|$)/.test(argument));
  return at < 0 ? undefined : args[at]?.split("=")[1] ?? args[at + 1];
}

if (import.meta.main) Deno.exit(await main(Deno.args));
