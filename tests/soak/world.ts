import type { Command } from "../support/programs.ts";
import { Keeper } from "./keeper.ts";
import { Member } from "./member.ts";
import { Proxy } from "./proxy.ts";

/** Two clients and their registry, with a proxy in every connection. */
export class World implements AsyncDisposable {
  readonly alice: Member;
  readonly bob: Member;
  readonly keeper: Keeper;
  readonly #folder = Deno.makeTempDirSync({ prefix: "p2pchat-soak-" });
  readonly #toRegistry = [new Proxy(), new Proxy()] as const;

  /** @param clients The program that is either's client. */
  constructor(
    clients: {
      readonly alice: (...args: string[]) => Command;
      readonly bob: (...args: string[]) => Command;
    },
  ) {
    const member = (clientID: "alice" | "bob", registry: Proxy) =>
      new Member({
        clientID,
        client: clients[clientID],
        home: `${this.#folder}/${clientID}`,
        registry,
      });
    const [first, second] = this.#toRegistry;
    this.alice = member("alice", first);
    this.bob = member("bob", second);
    this.keeper = new Keeper(`${this.#folder}/registry`, this.#toRegistry);
  }

  /** The proxies, by what they lie between. */
  get proxies(): Readonly<Record<string, Proxy>> {
    const [first, second] = this.#toRegistry;
    return {
      "alice to the registry": first,
      "bob to the registry": second,
      "others to alice": this.alice.door,
      "others to bob": this.bob.door,
    };
  }

  /** The programs, which can be killed, by their names. */
  get programs(): Readonly<Record<string, Member | Keeper>> {
    return { alice: this.alice, bob: this.bob, "the registry": this.keeper };
  }

  /** Starts the programs. */
  async start(): Promise<void> {
    await this.keeper.start();
    await Promise.all([this.alice.start(), this.bob.start()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of Object.values(this.programs)) {
      await program[Symbol.asyncDispose]();
    }
    for (const proxy of this.#toRegistry) await proxy[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
