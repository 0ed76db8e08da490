import { assertEquals } from "@std/assert";

/** How each ends: the exit code, and all that it writes. */
const ENDS: [how: string, code: number, message: string][] = [
  ["usage", 2, "say it otherwise"],
  ["mistake", 2, "that is too much"],
  [
    "bug",
    1,
    "this should not happen, please report it: TypeError: not a function",
  ],
  [
    "forgotten",
    1,
    "this should not happen, please report it: TypeError: nobody waits",
  ],
  [
    "later",
    1,
    "this should not happen, please report it: TypeError: out of the blue",
  ],
];

for (const [how, code, message] of ENDS) {
  Deno.test(`a program that ends by ${how} says so in one line, with exit code ${code}`, async () => {
    const program =
      new URL("support/failing_program.ts", import.meta.url).pathname;
    const end = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--quiet", "--allow-env", program, how],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(end.code, code);
    assertEquals(new TextDecoder().decode(end.stderr), `broken: ${message}\n`);
    assertEquals(end.stdout.length, 0);
  });
}
