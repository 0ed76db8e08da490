import { assertEquals } from "@std/assert";
import type { Address } from "../../lib/net/mod.ts";
import type { Program } from "./program.ts";
import { startClient, type StartedServer, startServer } from "./start.ts";

/**
 * The registry and the clients alice and bob, each a program of its own; the
 * clients print JSON. They end with the scope.
 */
export interface ProgramNetwork extends AsyncDisposable {
  /** The registry, and where it listens. */
  readonly server: Program;
  readonly address: Address;
  readonly where: string;
  /** Alice, and where she listens. */
  readonly alice: Program;
  readonly aliceAddress: Address;
  /** Bob, and where he listens. */
  readonly bob: Program;
  readonly bobAddress: Address;
  /** Starts a further client, and waits until it is registered. */
  startClient(clientID: string, ...args: string[]): Promise<Program>;
}

/**
 * Starts a registry, and alice and then bob as its registered clients.
 *
 * @param server The registry, once it listens. Default: a new one.
 */
export async function startPrograms(
  server: Promise<StartedServer> = startServer(),
): Promise<ProgramNetwork> {
  const registry = await server;
  const scope = new AsyncDisposableStack();
  scope.use(registry.server);
  const start = async (clientID: string, ...args: string[]) => {
    const started = await startClient(clientID, registry.where, ...args);
    scope.use(started.client);
    return started;
  };
  const alice = await start("alice");
  const bob = await start("bob");
  return {
    ...registry,
    alice: alice.client,
    aliceAddress: alice.address,
    bob: bob.client,
    bobAddress: bob.address,
    startClient: async (...args) => (await start(...args)).client,
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
}

/** Has one client type a text, and checks that it is what the other shows next. */
export async function assertArrives(
  text: string,
  from: Program,
  to: Program,
): Promise<void> {
  await from.type(text);
  assertEquals((await to.event("message")).text, text);
}
