import { assert, assertEquals } from "@std/assert";
import { compileArgs } from "../compile.ts";
import { at } from "./support/at.ts";

const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

/** Where the executable is written to. */
function output(args: string[]): string {
  return at(args, args.indexOf("--output") + 1);
}

Deno.test("without a target an executable is written into dist", () => {
  assertEquals(output(compileArgs("server", [])), "dist/p2pchat-server");
  assertEquals(output(compileArgs("client", [])), "dist/p2pchat-client");
});

Deno.test("each target gets a folder of its own, and is passed on to Deno", () => {
  for (const target of TARGETS) {
    for (const flags of [["--target", target], [`--target=${target}`]]) {
      const args = compileArgs("client", flags);
      assertEquals(output(args), `dist/${target}/p2pchat-client`);
      assert(flags.every((flag) => args.includes(flag)));
    }
  }
});

Deno.test("executables have only the permissions that they need", () => {
  const granted = (program: "server" | "client") =>
    compileArgs(program, []).filter((arg) => /^(-A|--allow)/.test(arg));
  // Where they keep things is said when they are started, not before.
  const needed = [
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-write",
  ];
  assertEquals(granted("server"), needed);
  assertEquals(granted("client"), needed);
});

Deno.test("from source the programs have the permissions and the memory of the executables", async () => {
  const { tasks } = JSON.parse(
    await Deno.readTextFile(new URL("../deno.json", import.meta.url)),
  );
  for (const program of ["server", "client"] as const) {
    const flags = (args: readonly string[]) =>
      args.filter((arg) =>
        /^(-A|-[ANERWS](=|$)|--(allow|deny)|--no-prompt|--v8-flags)/.test(arg)
      );
    const { command } = tasks[program];
    assertEquals(
      flags(command.split(" ")),
      flags(compileArgs(program, [])),
    );
  }
});

Deno.test("npm packages that only tests import are left out, where Deno can", () => {
  for (const [deno, leftOut] of [["2.9.6", true], ["2.5.7", false]] as const) {
    const args = compileArgs("server", [], deno);
    assertEquals(args.includes("--exclude-unused-npm"), leftOut, deno);
  }
});

Deno.test("a release has every target", async () => {
  const release = await Deno.readTextFile(
    new URL("../.github/workflows/release.yml", import.meta.url),
  );
  for (const target of TARGETS) assert(release.includes(target), target);
});
