import { assertEquals } from "@std/assert";

/** How the program fails, the exit code, and all that it writes. */
const FAILURES: [how: string, code: number, message: string][] = [
  ["usage", 2, "unknown option --bad"],
  ["configuration", 2, "the file is damaged"],
  [
    "bug",
    1,
    "internal error, please report this bug: TypeError: not a function",
  ],
  [
    "rejection",
    1,
    "internal error, please report this bug: TypeError: not awaited",
  ],
  [
    "timer",
    1,
    "internal error, please report this bug: TypeError: in a callback",
  ],
];

for (const [how, code, message] of FAILURES) {
  Deno.test(`a program that fails by ${how} prints the reason in one line, with exit code ${code}`, async () => {
    const program =
      new URL("support/failing_program.ts", import.meta.url).pathname;
    const end = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--quiet", "--allow-env", program, how],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(end.code, code);
    assertEquals(new TextDecoder().decode(end.stderr), `failing: ${message}\n`);
    assertEquals(end.stdout.length, 0);
  });
}
