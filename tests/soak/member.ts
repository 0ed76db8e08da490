import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "../../lib/net/mod.ts";
import { type Command, Program } from "../support/programs.ts";
import { Proxy } from "./proxy.ts";

/** An event as the client prints it under --json. */
export type Event = Record<string, unknown> & { readonly event: string };

/** A message as `/history` lists it. */
export interface Kept {
  readonly direction: "in" | "out";
  readonly id: string;
  readonly text: string;
  readonly state?: string;
}

/** How a {@linkcode Member} runs. */
export interface MemberOptions {
  readonly clientID: string;
  /** The client program with its arguments. */
  readonly client: (...args: string[]) => Command;
  /** The folder in which it keeps everything. */
  readonly home: string;
  /** What lies between it and the registry. */
  readonly registry: Proxy;
}

/** A client that is killed and started again, with one home, behind a proxy. */
export class Member implements AsyncDisposable {
  readonly clientID: string;
  /** What lies between the others and it. */
  readonly door = new Proxy();
  /** What each of its processes printed, those that have ended. */
  readonly runs: Event[][] = [];
  readonly #options: MemberOptions;
  #program: Program | undefined;
  #next = 1;

  constructor(options: MemberOptions) {
    this.clientID = options.clientID;
    this.#options = options;
  }

  /** Starts it. */
  async start(): Promise<void> {
    const program = this.#program = this.#spawn();
    const { address } = await program.event("listening");
    this.door.behind = parseAddress(String(address));
  }

  /** Starts it, and kills it so many ms later, wherever it is then. */
  async stumble(after: number): Promise<void> {
    this.#program = this.#spawn();
    await sleep(after);
    await this.kill();
  }

  /**
   * Kills it.
   *
   * @throws {Error} If it has ended by itself, or has written an error.
   */
  async kill(): Promise<void> {
    const program = this.#program;
    if (program === undefined) return;
    this.#program = undefined;
    this.door.behind = undefined;
    await using _program = program;
    const died = hasDied(program);
    const { code, stdout, stderr } = await program.end();
    this.runs.push(eventsIn(stdout));
    if (died || stderr !== "") {
      throw new Error(`${this.clientID} ended with ${code}: ${stderr}`);
    }
  }

  /** Types the next of its numbered messages to somebody, if it is running. */
  async say(to: string, length: number): Promise<void> {
    const text = `${this.#next++} `.padEnd(length, "x");
    try {
      await this.#program?.type(JSON.stringify({ text, to }));
    } catch {
      // It has been killed: what it did not accept, nobody has to get.
    }
  }

  /** Resolves when a message has reached it. */
  async hears(): Promise<void> {
    await this.tells("message");
  }

  /** Resolves when it has told of one of these events, such as `left|sent`. */
  async tells(events: string): Promise<string> {
    const line = await this.#program?.line(
      new RegExp(`^{"event":"(${events})"`),
    );
    const { event }: Event = JSON.parse(line ?? "{}");
    return event;
  }

  /** How much waits for others. */
  async waiting(): Promise<number> {
    return (await this.#list("/queue", "queue")).length;
  }

  /** All that it keeps, oldest first. */
  history(): Promise<Kept[]> {
    return this.#list("/history 999999", "history");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    await this.door[Symbol.asyncDispose]();
  }

  #spawn(): Program {
    const { clientID, client, home, registry } = this.#options;
    const { program, args } = client(
      clientID,
      "0",
      `127.0.0.1:${registry.port}`,
      "--json",
      "--advertise",
      String(this.door.port),
    );
    return new Program({ program, args, env: { P2PCHAT_HOME: home } });
  }

  async #list(command: string, event: string): Promise<Kept[]> {
    const program = this.#program;
    if (program === undefined) throw new Error(`${this.clientID} is not there`);
    await program.type(command);
    const line = await program.line(new RegExp(`^{"event":"${event}"`));
    const { messages }: { messages: Kept[] } = JSON.parse(line);
    return messages;
  }
}

/** Kills a program, unless it has ended by itself. */
function hasDied(program: Program): boolean {
  try {
    program.signal("SIGKILL");
    return false;
  } catch (error) {
    if (error instanceof TypeError) return true;
    throw error;
  }
}

function eventsIn(stdout: string): Event[] {
  return stdout.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      // The last line may be half a one.
      return [];
    }
  });
}
