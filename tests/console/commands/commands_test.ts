import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../../lib/console/commands/commands.ts";
import { parseCommand } from "../../../lib/console/commands/parse.ts";

/** A parsed line: the command's name and its argument, or the problem. */
function parsed(line: string): string[] | string {
  const parsed = parseCommand(line);
  return "problem" in parsed
    ? parsed.problem
    : [parsed.command.name, parsed.argument];
}

Deno.test("a command line is a name and, after spaces, an argument", () => {
  assertEquals(parsed("/quit"), ["/quit", ""]);
  assertEquals(parsed("/chat   bob  "), ["/chat", "bob"]);
  assertEquals(parsed("/msg two  words"), ["/msg", "two  words"]);
});

Deno.test("an argument that is missing, or one too many, is answered with the usage", () => {
  const wrong = ["/msg", "/to", "/quit now", "/chat bob carol", "/info x"];
  for (const line of wrong) {
    const name = line.split(" ")[0];
    const usage = COMMANDS.find((command) => command.name === name)?.usage;
    assertEquals(parsed(line), `usage: ${usage}`);
  }
});

Deno.test("an unknown command is answered with a similar one", () => {
  assertEquals(
    parsed("/chta bob"),
    "unknown command /chta; did you mean /chat? (/help lists the commands)",
  );
  assertEquals(parsed("/x"), "unknown command /x (/help lists the commands)");
});

Deno.test("the README lists every command as /help does", async () => {
  const readme = await Deno.readTextFile(
    new URL("../../../README.md", import.meta.url),
  );
  const rows = readme.replaceAll("\\|", "|").split("\n");
  for (const { usage, help } of COMMANDS) {
    const row = rows.find((row) => row.startsWith(`| \`${usage}\` `));
    assert(row?.endsWith(` |`) && row.includes(`| ${help} `), usage);
  }
});
