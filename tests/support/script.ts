import type { Command } from "./command.ts";
import { run } from "./start.ts";

/** An event of a client's JSON output. */
export type OutputEvent = Readonly<Record<string, unknown>>;

/** What a client with --json has written from its start to its end. */
export interface ScriptOutput {
  /** Its exit code. */
  readonly code: number;
  /** The events of one type, in order. */
  events(name: string): OutputEvent[];
}

/**
 * Runs a client with --json whose user types some lines, to its end.
 *
 * @throws {Error} If it does not start.
 */
export async function runScript(
  command: Command,
  ...lines: string[]
): Promise<ScriptOutput> {
  const input = lines.map((line) => `${line}\n`).join("");
  const { code, stdout, stderr } = await run(command, input);
  if (stdout === "") throw new Error(`it ended with ${code}: ${stderr}`);
  const all: OutputEvent[] = stdout.trimEnd().split("\n")
    .map((line) => JSON.parse(line));
  return {
    code,
    events: (name) => all.filter(({ event }) => event === name),
  };
}
