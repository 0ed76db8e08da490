import {
  type Address,
  formatAddress,
  parseAddress,
} from "../../lib/net/mod.ts";
import { clientCommand, type Command, serverCommand } from "./command.ts";
import { Program } from "./program.ts";
import { unusedAddress } from "./unused_address.ts";

/** A registry that listens: the program, and its address, also as text. */
export interface StartedServer {
  readonly server: Program;
  readonly address: Address;
  readonly where: string;
}

/**
 * Starts the registry, and waits until it listens; another can listen on the
 * same address once it has ended.
 */
export function startServer(...args: string[]): Promise<StartedServer> {
  return startServerBy(serverCommand(
    ...(args.includes("--listen")
      ? []
      : ["--listen", formatAddress(unusedAddress())]),
    ...args,
  ));
}

/** Starts a registry by a command, and waits until it listens. */
export async function startServerBy(command: Command): Promise<StartedServer> {
  const server = new Program(command);
  const line = await server.line(/^listening on /);
  const where = line.slice("listening on ".length);
  return { server, address: parseAddress(where), where };
}

/** Starts a client with --json, and waits until it is registered. */
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
