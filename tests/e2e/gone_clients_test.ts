import { assertEquals, assertMatch } from "@std/assert";
import { type Address, formatAddress } from "../../lib/net/mod.ts";
import { denoFlags } from "../support/command.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { startServer } from "../support/start.ts";
import { limited } from "../support/time_limit.ts";
import { Tmux } from "../support/tmux.ts";
import { listenOnUnused, unusedAddress } from "../support/unused_address.ts";

/** One request on a connection of its own, as existing programs make it. */
async function ask(registry: Address, request: string): Promise<string> {
  using socket = await PlainSocket.connect(registry);
  await socket.send(`${request}\r\n\r\n`);
  await socket.closeWrite();
  return await socket.rest();
}

async function register(
  registry: Address,
  clientID: string,
  { port }: Deno.NetAddr,
): Promise<void> {
  const reply = await ask(
    registry,
    `REGISTER\r\nclientID: ${clientID}\r\nIP: 127.0.0.1\r\nPort: ${port}`,
  );
  assertMatch(reply, /^REGACK\r\n/);
}

/** Registers a client that then leaves without a word. */
async function registerGhost(registry: Address): Promise<Deno.NetAddr> {
  using listener = listenOnUnused();
  await register(registry, "ghost", listener.addr);
  return listener.addr;
}

/** The client that a BRIDGE of alice names. */
async function bridge(registry: Address, target = ""): Promise<string> {
  const reply = await ask(registry, `BRIDGE\r\nclientID: alice${target}`);
  return /^BRIDGEACK\r\nclientID: (\w*)\r\n/.exec(reply)?.[1] ?? reply;
}

Deno.test({
  name:
    "the first BRIDGE names the client that is there, not the one that has left; that one is still named by BRIDGE with a target and by INFO",
  // Windows tries again where it is refused, for longer than a check lasts.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const { server, address } = await startServer();
    await using _server = server;
    const ghost = await registerGhost(address);
    using alice = listenOnUnused();
    await register(address, "alice", alice.addr);
    using bob = listenOnUnused();
    await register(address, "bob", bob.addr);
    for (let n = 0; n < 3; n++) assertEquals(await bridge(address), "bob");
    assertEquals(await bridge(address, "\r\ntarget: ghost"), "ghost");
    const [, list = ""] = (await ask(address, "INFO")).split("\r\n\r\n");
    assertEquals(list.split("\r\n")[0], `ghost 127.0.0.1:${ghost.port}`);
  },
});

Deno.test("a client that has left is offered if there is no other", async () => {
  const { server, address } = await startServer();
  await using _server = server;
  await registerGhost(address);
  using alice = listenOnUnused();
  await register(address, "alice", alice.addr);
  for (let n = 0; n < 2; n++) assertEquals(await bridge(address), "ghost");
});

Deno.test("a client that is there sees one connection, which ends without a byte", async () => {
  const { server, address } = await startServer();
  await using _server = server;
  using alice = listenOnUnused();
  await register(address, "alice", alice.addr);
  using bob = listenOnUnused();
  await register(address, "bob", bob.addr);
  using carol = listenOnUnused();
  await register(address, "carol", carol.addr);
  const offered = [];
  for (let n = 0; n < 4; n++) offered.push(await bridge(address));
  assertEquals(offered, ["bob", "carol", "bob", "carol"]);
  for (const listener of [bob, carol]) {
    using check = await limited(listener.accept(), "no connection");
    const { transport, hostname } = check.remoteAddr;
    assertEquals([transport, hostname], ["tcp", "127.0.0.1"]);
    assertEquals(await check.read(new Uint8Array(1)), null);
    const { hostname: host, port } = listener.addr;
    using next = await Deno.connect({ hostname: host, port });
    using accepted = await limited(listener.accept(), "no connection");
    // The next connection is the test's own: there was no second check.
    assertEquals(accepted.remoteAddr, next.localAddr);
  }
});

Deno.test({
  name:
    "a registry that may only listen checks no client, and asks the user for no permission",
  // Windows has no tmux to drive a terminal, and only there would it ask.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const address = unusedAddress();
    const where = formatAddress(address);
    const args = [
      "run",
      ...denoFlags(),
      `--allow-net=${where}`,
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "server.ts",
      "--listen",
      where,
    ];
    await using terminal = await Tmux.start({
      program: Deno.execPath(),
      args,
    });
    await terminal.untilShows(`listening on ${where}`);
    await registerGhost(address);
    using alice = listenOnUnused();
    await register(address, "alice", alice.addr);
    using bob = listenOnUnused();
    await register(address, "bob", bob.addr);
    const offered = [];
    for (let n = 0; n < 3; n++) offered.push(await bridge(address));
    assertEquals(offered, ["ghost", "bob", "ghost"]);
    const screen = await terminal.screen();
    assertMatch(screen.at(-1) ?? "", / ready fingerprint=/);
  },
});
