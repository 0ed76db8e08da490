import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

// What the programs rely on. It runs against the package from JSR where that
// answers, and against the stand-in where it does not: both must hold.

/** The flags and the rest, and what was not known. */
function parse(...args: string[]) {
  const unknown: unknown[] = [];
  const flags = parseArgs(args, {
    boolean: ["plain", "json"],
    string: ["listen", "log", "_"],
    negatable: ["plain"],
    default: { plain: true, log: "text" },
    unknown: (argument, name) => {
      if (name !== undefined) unknown.push(argument);
    },
  });
  const { _: rest, plain, json, listen, log } = flags;
  return {
    flags: { plain, json, listen, log },
    rest: Array.from(rest),
    unknown,
  };
}

const DEFAULTS = { plain: true, json: false, listen: undefined, log: "text" };

Deno.test("flags that are not given are false, missing or their default", () => {
  assertEquals(parse(), { flags: DEFAULTS, rest: [], unknown: [] });
});

Deno.test("a value follows its flag, or an equals sign", () => {
  for (const args of [["--listen", "[::1]:1"], ["--listen=[::1]:1"]]) {
    assertEquals(parse(...args).flags, { ...DEFAULTS, listen: "[::1]:1" });
  }
});

Deno.test("a flag takes no other flag for its value", () => {
  assertEquals(parse("--listen", "--json").flags, {
    ...DEFAULTS,
    listen: "",
    json: true,
  });
});

Deno.test("a flag that is true or false takes no value, and --no- makes it false", () => {
  const { flags, rest } = parse("--json", "alice", "--no-plain", "7");
  assertEquals(flags, { ...DEFAULTS, json: true, plain: false });
  assertEquals(rest, ["alice", "7"]);
});

Deno.test("unknown flags are reported, with and without a value", () => {
  for (const flag of ["--bad", "--no-json", "--bad=1", "-x"]) {
    assertEquals(parse(flag).unknown, [flag]);
  }
});

Deno.test("behind -- nothing is a flag", () => {
  assertEquals(parse("--", "--json").rest, ["--json"]);
  assertEquals(parse("--", "--json").flags.json, false);
});
