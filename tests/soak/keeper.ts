import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "../../lib/net/mod.ts";
import { Program, serverCommand } from "../support/programs.ts";
import type { Proxy } from "./proxy.ts";

/** A registry that is killed and started again, with one state, behind proxies. */
export class Keeper implements AsyncDisposable {
  readonly #state: string;
  readonly #doors: readonly Proxy[];
  #program: Program | undefined;

  /**
   * @param state The folder in which it keeps its state.
   * @param doors What lies between its clients and it.
   */
  constructor(state: string, doors: readonly Proxy[]) {
    this.#state = state;
    this.#doors = doors;
  }

  /** Starts it. */
  async start(): Promise<void> {
    const program = this.#program = this.#spawn();
    const line = await program.line(/^listening on /);
    const address = parseAddress(line.slice("listening on ".length));
    for (const door of this.#doors) door.behind = address;
  }

  /** Starts it, and kills it so many ms later, wherever it is then. */
  async stumble(after: number): Promise<void> {
    this.#program = this.#spawn();
    await sleep(after);
    await this.kill();
  }

  /** Kills it. */
  async kill(): Promise<void> {
    for (const door of this.#doors) door.behind = undefined;
    await this.#program?.[Symbol.asyncDispose]();
    this.#program = undefined;
  }

  #spawn(): Program {
    return new Program(
      serverCommand("--listen", "127.0.0.1:0", "--state", this.#state),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
  }
}
