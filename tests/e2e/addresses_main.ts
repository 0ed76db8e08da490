/**
 * Clients at many addresses of a registry that runs as a program with 1024 open
 * files at most. To be run in a network of its own that has these addresses; it
 * prints what the clients were answered as JSON.
 *
 *     addresses_main.ts SCENARIO ADDRESS...
 *
 * @module
 */
import { type Address, parseAddress } from "../../lib/net/mod.ts";
import { serverCommand, withFileLimit } from "../support/command.ts";
import { HELLO } from "../support/hello.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { Program } from "../support/program.ts";
import { SecureSocket } from "../support/secure_socket.ts";

const INFO = "INFO\r\n\r\n";

/** Most connections that one address tries to open. */
const MAX_TRIES = 300;

type Scenario = (port: number, hosts: readonly string[]) => Promise<unknown>;

/** How many connections each address can hold that has asked for something. */
async function holdConnections(port: number, hosts: readonly string[]) {
  const open: PlainSocket[] = [];
  const counts: number[] = [];
  for (const host of hosts) {
    const before = open.length;
    while (open.length - before < MAX_TRIES) {
      const socket = await PlainSocket.connect({ host, port });
      open.push(socket);
      await socket.send(INFO).catch(() => {});
      const reply = await socket.until("\r\n\r\n").catch(() => "");
      if (!reply.startsWith("INFOACK")) break;
    }
    counts.push(open.length - before - 1);
  }
  for (const socket of open) socket[Symbol.dispose]();
  return counts;
}

/** How many handshakes each address can begin. */
async function beginHandshakes(port: number, hosts: readonly string[]) {
  const counts: number[] = [];
  for (const host of hosts) {
    let begun = 0;
    for (; begun < MAX_TRIES; begun++) {
      using socket = await PlainSocket.connect({ host, port });
      await socket.send(HELLO);
      if ((await socket.recv()).startsWith("ERROR")) break;
    }
    counts.push(begun);
  }
  return counts;
}

/**
 * What 10 BRIDGEs of a client are answered while a neighbour at the same address
 * sends PINGs until it is refused.
 */
async function bridgeBesideNeighbour(
  port: number,
  [host = ""]: readonly string[],
) {
  const address: Address = { host, port };
  using client = await SecureSocket.connect(address);
  using neighbour = await SecureSocket.connect(address);
  const names = [[client, "alice"], [neighbour, "mallory"]] as const;
  for (const [socket, clientID] of names) {
    await socket.ask("REGISTER", [["clientID", clientID], ["Port", "1"]]);
  }
  let pings = 0;
  while ((await neighbour.ask("PING")).method === "PONG") pings++;
  const replies: string[] = [];
  for (let n = 0; n < 10; n++) {
    const reply = await client.ask("BRIDGE", [["target", "mallory"]]);
    replies.push(reply.method);
  }
  return { pings, replies };
}

const SCENARIOS = new Map<string | undefined, Scenario>([
  ["connections", holdConnections],
  ["handshakes", beginHandshakes],
  ["neighbour", bridgeBesideNeighbour],
]);

const [name, ...hosts] = Deno.args;
await using server = new Program(
  withFileLimit(1024, serverCommand("--listen", "[::]:0", "--plain")),
);
const line = await server.line(/^listening on /);
const { port } = parseAddress(line.slice("listening on ".length));
const scenario = SCENARIOS.get(name);
if (scenario === undefined) throw new Error(`no scenario ${name}`);
console.log(JSON.stringify(await scenario(port, hosts)));
