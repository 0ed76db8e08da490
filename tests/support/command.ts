/** A program and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** What its environment has besides that of the tests. */
  readonly env?: Record<string, string>;
}

/** The registry: the executable under test if there is one, else the source. */
export function serverCommand(...args: string[]): Command {
  return command("P2PCHAT_SERVER", [
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-write",
    "server.ts",
  ], args);
}

/**
 * The peer: the executable under test if there is one, else the source. It takes
 * calls of all clients, unless its arguments say whose.
 */
export function clientCommand(...args: string[]): Command {
  const accept = args.includes("--accept") ? [] : ["--accept", "all"];
  return bareClientCommand(...args, ...accept);
}

/** The peer, with no other arguments than these. */
export function bareClientCommand(...args: string[]): Command {
  return command("P2PCHAT_CLIENT", [
    "--allow-net",
    "--allow-env",
    "--allow-read",
    "--allow-write",
    "client.ts",
  ], args);
}

/** The demo, which is only ever run from source. */
export function demoCommand(): Command {
  return command("", [
    "--allow-net",
    "--allow-env",
    "--allow-read=/dev/null",
    "demo.ts",
  ], []);
}

/** A module with all permissions, which is only ever run from source. */
export function sourceCommand(module: string, ...args: string[]): Command {
  return command("", ["--allow-all", module], args);
}

function command(variable: string, source: string[], args: string[]): Command {
  const program = variable === "" ? undefined : Deno.env.get(variable);
  if (program !== undefined) return { program, args };
  return {
    program: Deno.execPath(),
    args: [
      "run",
      "--no-prompt",
      ...denoFlags(),
      ...source,
      ...args,
    ],
  };
}

/** The flags with which the tests run Deno, as `deno task std` gave them. */
export function denoFlags(): string[] {
  const flags = Deno.env.get("P2PCHAT_DENO_FLAGS")?.split(" ") ?? [];
  return flags.filter((flag) => flag !== "");
}

/** The same command, in a process that may have so many files open at most. */
export function withFileLimit(files: number, command: Command): Command {
  const { program, args } = command;
  const script = `ulimit -n ${files}; exec "$@"`;
  return { program: "sh", args: ["-c", script, "sh", program, ...args] };
}
