/** Where the executables are written. */
const OUT = "dist";

/** The least that each program needs, baked into its executable. */
const PERMISSIONS = {
  server: ["--allow-net", "--allow-read=/dev/null"],
  client: ["--allow-net", "--allow-env"],
};

/** Compiles both programs; further arguments, as `--target …`, go to Deno. */
async function main(args: string[]): Promise<number> {
  const flags = Deno.env.get("P2PCHAT_DENO_FLAGS")?.split(" ") ?? [];
  const folder = targetIn(args) ?? ".";
  for (const [program, permissions] of Object.entries(PERMISSIONS)) {
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: [
        "compile",
        ...flags.filter((flag) => flag !== ""),
        "--no-prompt",
        // `deno task test` checks the types; here that would embed the types
        // of npm packages too.
        "--no-check",
        ...permissions,
        ...args,
        "--output",
        `${OUT}/${folder}/p2pchat-${program}`,
        `${program}.ts`,
      ],
    }).spawn().status;
    if (code !== 0) return code;
  }
  return 0;
}

/** The target that the arguments name, which gets a folder of its own. */
function targetIn(args: string[]): string | undefined {
  const at = args.findIndex((argument) => /^--target(=|$)/.test(argument));
  return at < 0 ? undefined : args[at].split("=")[1] ?? args[at + 1];
}

if (import.meta.main) Deno.exit(await main(Deno.args));
