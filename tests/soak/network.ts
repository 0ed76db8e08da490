import type { Command } from "../support/command.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { RegistryProcess } from "./registry_process.ts";
import { ClientProcess } from "./client_process.ts";
import { FaultyProxy } from "./faulty_proxy.ts";

/** Two clients and their registry, with a proxy in every connection. */
export class SoakNetwork implements AsyncDisposable {
  readonly alice: ClientProcess;
  readonly bob: ClientProcess;
  readonly registry: RegistryProcess;
  readonly #folder = new TempFolder();
  readonly #toRegistry = [new FaultyProxy(), new FaultyProxy()] as const;

  /** @param clients The command of each client. */
  constructor(
    clients: {
      readonly alice: (...args: string[]) => Command;
      readonly bob: (...args: string[]) => Command;
    },
  ) {
    const client = (clientID: "alice" | "bob", registry: FaultyProxy) =>
      new ClientProcess({
        clientID,
        client: clients[clientID],
        home: this.#folder.join(clientID),
        registry,
      });
    const [first, second] = this.#toRegistry;
    this.alice = client("alice", first);
    this.bob = client("bob", second);
    this.registry = new RegistryProcess(
      this.#folder.join("registry"),
      this.#toRegistry,
    );
  }

  /** The proxies, by the two ends that they connect. */
  get proxies(): Readonly<Record<string, FaultyProxy>> {
    const [first, second] = this.#toRegistry;
    return {
      "alice to the registry": first,
      "bob to the registry": second,
      "others to alice": this.alice.proxy,
      "others to bob": this.bob.proxy,
    };
  }

  /** The programs that can be killed, by name. */
  get programs(): Readonly<Record<string, ClientProcess | RegistryProcess>> {
    return { alice: this.alice, bob: this.bob, "the registry": this.registry };
  }

  /** Starts the programs. */
  async start(): Promise<void> {
    await this.registry.start();
    await Promise.all([this.alice.start(), this.bob.start()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of Object.values(this.programs)) {
      await program[Symbol.asyncDispose]();
    }
    for (const proxy of this.#toRegistry) await proxy[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}
