import { setTimeout as sleep } from "node:timers/promises";
import { parseAddress } from "../../lib/net/mod.ts";
import { Program } from "../support/program.ts";
import { serverCommand } from "../support/command.ts";
import type { FaultyProxy } from "./faulty_proxy.ts";

/** A registry that is killed and started again, with one state, behind proxies. */
export class RegistryProcess implements AsyncDisposable {
  readonly #state: string;
  readonly #proxies: readonly FaultyProxy[];
  #program: Program | undefined;

  /**
   * @param state The folder of its state.
   * @param proxies The proxies between its clients and the registry.
   */
  constructor(state: string, proxies: readonly FaultyProxy[]) {
    this.#state = state;
    this.#proxies = proxies;
  }

  /** Starts it. */
  async start(): Promise<void> {
    const program = this.#program = this.#spawn();
    const line = await program.line(/^listening on /);
    const address = parseAddress(line.slice("listening on ".length));
    for (const proxy of this.#proxies) proxy.upstream = address;
  }

  /** Starts it, and kills it after a time in ms, also while it starts. */
  async startAndKill(after: number): Promise<void> {
    this.#program = this.#spawn();
    await sleep(after);
    await this.kill();
  }

  /** Kills it. */
  async kill(): Promise<void> {
    for (const proxy of this.#proxies) proxy.upstream = undefined;
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
