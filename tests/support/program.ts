import { TextLineStream } from "@std/streams";
import type { Command } from "./command.ts";
import { TIME_LIMIT_MS } from "./time_limit.ts";

/**
 * A running program with piped standard streams, killed with its scope. It has
 * an empty home of its own, unless its environment names another.
 */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: OutputLines;
  readonly #stderr: OutputLines;
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
    this.#stdout = new OutputLines(this.#child.stdout);
    this.#stderr = new OutputLines(this.#child.stderr);
  }

  /** Writes a line to its standard input. */
  async type(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Closes its standard input. */
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

  /** Waits for its end: its exit code, and all that it wrote. */
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

/** The lines that a program writes to a stream, kept until they are read. */
class OutputLines {
  readonly #all: string[] = [];
  readonly #done: Promise<void>;
  #next = 0;
  #ended = false;
  #changed = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#done = this.#read(stream);
  }

  async find(pattern: RegExp, other: OutputLines): Promise<string> {
    const timer = setTimeout(() => this.#change(), TIME_LIMIT_MS);
    const deadline = Date.now() + TIME_LIMIT_MS;
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
