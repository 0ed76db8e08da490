import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "../../lib/net/mod.ts";
import type { Command } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { FaultyProxy } from "./faulty_proxy.ts";

/** An event as the client prints it under --json. */
export type Event = Record<string, unknown> & { readonly event: string };

/** A message as `/history` lists it. */
export interface StoredMessage {
  readonly direction: "in" | "out";
  readonly id: string;
  readonly text: string;
  readonly state?: string;
}

/** The options of {@linkcode ClientProcess}. */
export interface ClientProcessOptions {
  readonly clientID: string;
  /** The client program with its arguments. */
  readonly client: (...args: string[]) => Command;
  /** The folder in which it keeps everything. */
  readonly home: string;
  /** The proxy between the client and the registry. */
  readonly registry: FaultyProxy;
}

/** A client that is killed and started again, with one home, behind a proxy. */
export class ClientProcess implements AsyncDisposable {
  readonly clientID: string;
  /** The proxy between other clients and this one. */
  readonly proxy = new FaultyProxy();
  /** The events that each of its processes printed, once it has ended. */
  readonly runs: Event[][] = [];
  readonly #options: ClientProcessOptions;
  #program: Program | undefined;
  #next = 1;

  constructor(options: ClientProcessOptions) {
    this.clientID = options.clientID;
    this.#options = options;
  }

  /** Starts it. */
  async start(): Promise<void> {
    const program = this.#program = this.#spawn();
    const { address } = await program.event("listening");
    this.proxy.upstream = parseAddress(String(address));
  }

  /** Starts it, and kills it after a time in ms, also while it starts. */
  async startAndKill(after: number): Promise<void> {
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
    this.proxy.upstream = undefined;
    await using _program = program;
    const died = hasDied(program);
    const { code, stdout, stderr } = await program.end();
    this.runs.push(eventsIn(stdout));
    if (died || stderr !== "") {
      throw new Error(`${this.clientID} ended with ${code}: ${stderr}`);
    }
  }

  /** Sends the next of its numbered messages to a client, if it is running. */
  async send(to: string, length: number): Promise<void> {
    const text = `${this.#next++} `.padEnd(length, "x");
    try {
      await this.#program?.type(JSON.stringify({ text, to }));
    } catch {
      // It has been killed: what it did not accept need not arrive.
    }
  }

  /** Waits until a message has arrived. */
  async waitForMessage(): Promise<void> {
    await this.waitForEvent("message");
  }

  /** Waits for one of these events, such as `left|sent`, and returns which. */
  async waitForEvent(events: string): Promise<string> {
    const line = await this.#program?.line(
      new RegExp(`^{"event":"(${events})"`),
    );
    const { event }: Event = JSON.parse(line ?? "{}");
    return event;
  }

  /** How many messages are queued for others. */
  async queued(): Promise<number> {
    return (await this.#list("/queue", "queue")).length;
  }

  /** All stored messages, oldest first. */
  history(): Promise<StoredMessage[]> {
    return this.#list("/history 999999", "history");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    await this.proxy[Symbol.asyncDispose]();
  }

  #spawn(): Program {
    const { clientID, client, home, registry } = this.#options;
    const { program, args } = client(
      clientID,
      "0",
      `127.0.0.1:${registry.port}`,
      "--json",
      "--no-quota",
      "--advertise",
      String(this.proxy.port),
    );
    return new Program({ program, args, env: { P2PCHAT_HOME: home } });
  }

  async #list(command: string, event: string): Promise<StoredMessage[]> {
    const program = this.#program;
    if (program === undefined) {
      throw new Error(`${this.clientID} is not running`);
    }
    await program.type(command);
    const line = await program.line(new RegExp(`^{"event":"${event}"`));
    const { messages }: { messages: StoredMessage[] } = JSON.parse(line);
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
      // The last line may be cut off.
      return [];
    }
  });
}
