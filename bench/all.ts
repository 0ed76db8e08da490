/**
 * Runs every benchmark, one after the other, with the arguments given. The exit
 * code is that of the first one that could not be run.
 *
 * @module
 */
let failed = 0;
for (const name of ["registry", "secure", "store", "delivery"]) {
  console.log(`--- ${name}`);
  const flags = Deno.env.get("P2PCHAT_DENO_FLAGS")?.split(" ") ?? [];
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      ...flags.filter((flag) => flag !== ""),
      new URL(`${name}.ts`, import.meta.url).pathname,
      ...Deno.args,
    ],
  }).spawn().status;
  if (failed === 0) failed = code;
}
Deno.exit(failed);
