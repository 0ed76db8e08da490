import { TextLineStream } from "@std/streams";
import type { Address } from "../../lib/net/mod.ts";
import { parseAddress } from "../../lib/net/mod.ts";
import { unshare } from "./processes.ts";

/** How long a program may take for anything before a test gives up, in ms. */
const DIAL_TIMEOUT_MS = 60_000;

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

/** The peer: the executable under test if there is one, else the source. */
export function clientCommand(...args: string[]): Command {
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

/** The same command, with a disk of so many KiB mounted over a folder. */
export function withSmallDisk(
  folder: string,
  size: number,
  command: Command,
): Command {
  const { program, args } = command;
  const mount = `mount -t tmpfs -o size=${size}k tmpfs "$0"`;
  const script = `${mount} && exec "$@"`;
  return {
    ...command,
    program: "unshare",
    args: [...unshare, "sh", "-c", script, folder, program, ...args],
  };
}

/**
 * A running program: lines go in, lines come out, and it ends with the test. It
 * has an empty home of its own, unless its environment names another.
 */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: Output;
  readonly #stderr: Output;
  readonly #home: string;

  constructor({ program, args, env }: Command) {
    this.#home = Deno.makeTempDirSync();
    this.#child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: {
        NO_COLOR: "1",
        P2PCHAT_HOME: this.#home,
        P2PCHAT_STATE: ":memory:",
        ...env,
      },
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#stdout = new Output(this.#child.stdout);
    this.#stderr = new Output(this.#child.stderr);
  }

  /** Types a line. */
  async type(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends the input. */
  async endInput(): Promise<void> {
    await this.#stdin.close();
  }

  /** The next line of output that matches; those before it are passed over. */
  line(pattern: RegExp): Promise<string> {
    return this.#stdout.find(pattern, this.#stderr);
  }

  /** The next JSON object of output whose `event` is the given one. */
  async event(name: string): Promise<Record<string, unknown>> {
    return JSON.parse(await this.line(new RegExp(`^{"event":"${name}"`)));
  }

  /** The next line of standard error that matches. */
  errorLine(pattern: RegExp): Promise<string> {
    return this.#stderr.find(pattern, this.#stdout);
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Its process ID. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Waits for its end: what it answered with, and all that it wrote. */
  async end(): Promise<{ code: number; stdout: string; stderr: string }> {
    const { code } = await this.#child.status;
    const stdout = await this.#stdout.all();
    return { code, stdout, stderr: await this.#stderr.all() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.end();
    await this.#stdin.close().catch(() => {});
    await Deno.remove(this.#home, { recursive: true });
  }
}

/** The lines that a program writes, kept until somebody asks for them. */
class Output {
  readonly #all: string[] = [];
  readonly #done: Promise<void>;
  #next = 0;
  #ended = false;
  #changed = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#done = this.#read(stream);
  }

  async find(pattern: RegExp, other: Output): Promise<string> {
    const timer = setTimeout(() => this.#change(), DIAL_TIMEOUT_MS);
    const deadline = Date.now() + DIAL_TIMEOUT_MS;
    try {
      for (;;) {
        for (let line; (line = this.#all[this.#next]) !== undefined;) {
          this.#next++;
          if (pattern.test(line)) return line;
        }
        if (this.#ended || Date.now() >= deadline) {
          throw new Error(
            `no ${pattern} in:\n${this.#all.join("\n")}\n` +
              `and on the other stream:\n${other.#all.join("\n")}`,
          );
        }
        await this.#changed.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async all(): Promise<string> {
    await this.#done;
    return this.#all.map((line) => `${line}\n`).join("");
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const lines = stream
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.#all.push(line);
      this.#change();
    }
    this.#ended = true;
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** A registry that is ready, and where it listens. */
export async function startServer(
  ...args: string[]
): Promise<{ server: Program; address: Address; where: string }> {
  const server = new Program(serverCommand(
    ...(args.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"]),
    ...args,
  ));
  const line = await server.line(/^listening on /);
  const where = line.slice("listening on ".length);
  return { server, address: parseAddress(where), where };
}

/** A client under JSON lines that is registered, and where it listens. */
export async function startClient(
  clientID: string,
  server: string,
  ...args: string[]
): Promise<{ client: Program; address: Address }> {
  const client = new Program(
    clientCommand(clientID, "0", server, "--json", ...args),
  );
  const { address } = await client.event("listening");
  if (!args.includes("--no-register")) await client.event("registered");
  return { client, address: parseAddress(String(address)) };
}

/** Runs a program to its end. */
export async function run(
  command: Command,
  input = "",
): Promise<{ code: number; stdout: string; stderr: string }> {
  await using program = new Program(command);
  if (input !== "") await program.type(input.replace(/\n$/, ""));
  await program.endInput();
  return await program.end();
}
