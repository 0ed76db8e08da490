import { assert, assertEquals, assertMatch } from "@std/assert";
import project from "../../deno.json" with { type: "json" };
import { PlainSocket } from "../support/plain_socket.ts";
import {
  clientCommand,
  type Command,
  serverCommand,
} from "../support/command.ts";
import { run, startServer } from "../support/start.ts";

/** Each is a usage error, reported in one line that has the words. */
const REFUSED: [what: string, command: Command, words: string][] = [
  [
    "server: an unknown flag",
    serverCommand("--bad"),
    "unknown option --bad (see server --help)",
  ],
  [
    "server: an argument",
    serverCommand("5555"),
    'unexpected argument "5555" (see server --help)',
  ],
  [
    "server: an address without a port",
    serverCommand("--listen", "localhost"),
    "HOST:PORT",
  ],
  [
    "server: a missing address",
    serverCommand("--listen"),
    "--listen needs a value",
  ],
  ["server: a missing format", serverCommand("--log"), "--log needs a value"],
  [
    "client: a missing port",
    clientCommand("alice", "--advertise"),
    "--advertise needs a value",
  ],
  ["server: a port over 65535", serverCommand("--listen", "::1:70000"), "HOST"],
  [
    "server: an address of another machine",
    serverCommand("--listen", "192.0.2.1:0"),
    "not an address of this machine",
  ],
  ["server: no such log", serverCommand("--log", "xml"), "text or json"],
  [
    "server: no number of connections",
    serverCommand("--max-connections", "many"),
    "--max-connections takes",
  ],
  [
    "server: no size of the mail",
    serverCommand("--mail-max", "a lot"),
    '--mail-max takes a size of at least 1M, such as 512M or 2G, not "a lot"',
  ],
  [
    "server: a proxy by name",
    serverCommand("--trusted-proxy", "localhost"),
    '--trusted-proxy: "localhost" is not an IP address or a block of them',
  ],
  [
    "server: a block of proxies that is none",
    serverCommand("--trusted-proxy", "127.0.0.1,10.0.0.1/8"),
    '--trusted-proxy: "10.0.0.1/8" is not a block of addresses',
  ],
  [
    "server: no proxy",
    serverCommand("--trusted-proxy"),
    "--trusted-proxy needs a value",
  ],
  [
    "server: no state folder",
    serverCommand("--state", "--claims"),
    "--state needs a value",
  ],
  [
    "server: a value for a switch",
    serverCommand("--claims=false"),
    "--claims takes no value",
  ],
  [
    "server: two client IDs to release",
    serverCommand("--release", "alice", "--release", "bob"),
    "--release can be used once only",
  ],
  [
    "server: the claims of what is no folder",
    serverCommand("--claims", "--state", "/dev/null"),
    "/dev/null is not the state folder of a registry: name it with --state",
  ],
  [
    "client: a value for a switch",
    clientCommand("alice", "--no-history=3"),
    "--no-history takes no value",
  ],
  [
    "server: a client ID that cannot be",
    serverCommand("--release", "a b"),
    '--release takes a client ID, not "a b"',
  ],
  [
    "server: claims are to be listed and released",
    serverCommand("--claims", "--release", "alice"),
    "--claims and --release cannot be used together",
  ],
  [
    "server: JSON of nothing",
    serverCommand("--json"),
    "--json is for --claims only",
  ],
  [
    "server: too little room for mail",
    serverCommand("--mail-max", "1K"),
    'such as 512M or 2G, not "1K"',
  ],
  [
    "client: no client ID",
    clientCommand(),
    "missing client ID (usage: client <clientID> [listenPort] [registry] [options])",
  ],
  [
    "client: an unknown flag",
    clientCommand("alice", "--bad"),
    "unknown option --bad (see client --help)",
  ],
  [
    "client: a bad client ID",
    clientCommand("a b"),
    'invalid client ID "a b": use 1 to 64',
  ],
  [
    "client: a bad port",
    clientCommand("alice", "99999"),
    'invalid port "99999" to listen on: use 0 to 65535',
  ],
  [
    "client: a port that no client can connect to",
    clientCommand("alice", "--advertise", "0"),
    'invalid port "0" to advertise: use 1 to 65535',
  ],
  [
    "client: strangers that no policy is for",
    clientCommand("alice", "--accept", "friends"),
    'invalid value "friends" of --accept: use all, known, ask',
  ],
  [
    "client: a bad registry address",
    clientCommand("alice", "0", "x"),
    "HOST:PORT",
  ],
  [
    "client: too many arguments",
    clientCommand("alice", "0", "127.0.0.1:1", "more"),
    'unexpected argument "more" (see client --help)',
  ],
  [
    "client: an address of another machine",
    clientCommand("alice", "--listen-host", "192.0.2.1"),
    "not an address of this machine",
  ],
];

for (const [what, command, words] of REFUSED) {
  Deno.test(`${what} is a usage error: one line, and exit code 2`, async () => {
    const { code, stdout, stderr } = await run(command);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
    assert(stderr.includes(words), stderr);
  });
}

Deno.test("a port in use is refused in one sentence with exit code 2", async () => {
  const { server, where, address } = await startServer();
  await using _server = server;
  for (
    const command of [
      serverCommand("--listen", where),
      clientCommand("alice", String(address.port)),
    ]
  ) {
    const { code, stdout, stderr } = await run(command);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^\w+: .* is in use.*\n$/);
  }
});

for (const program of ["server", "client"] as const) {
  const command = program === "server" ? serverCommand : clientCommand;
  Deno.test(`${program} --version and --help print to standard output`, async () => {
    assertEquals(await run(command("--version")), {
      code: 0,
      stdout: `${project.version}\n`,
      stderr: "",
    });
    const { code, stdout, stderr } = await run(command("--help"));
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`\nusage: ${program} `));
  });
}

Deno.test("a clientID of digits is taken as it is written", async () => {
  const { stdout } = await run(clientCommand("007", "--no-register"));
  assertMatch(stdout, /^listening on .* as 007\n/);
});

Deno.test("the registry serves IPv6 and prints its address in brackets", async () => {
  const { server, where } = await startServer("--listen", "[::1]:0");
  await using _server = server;
  assertMatch(where, /^\[::1\]:\d+$/);
  const { stdout } = await run(
    clientCommand("alice", "0", where, "--listen-host", "::1"),
    "/info\n",
  );
  assertMatch(stdout, /\nregistered clients: \| alice \[::1\]:\d+\n/);
});

Deno.test("everything but the listening line goes to standard error, as JSON if asked", async () => {
  const { server, address } = await startServer("--log", "json");
  await using _server = server;
  using client = await PlainSocket.connect(address);
  await client.send("\0");
  await client.rest();
  const line = await server.errorLine(/"event":"refused"/);
  const { event, code } = JSON.parse(line);
  assertEquals([event, code], ["refused", 400]);
  server.signal("SIGKILL");
  const { stdout } = await server.end();
  assertMatch(stdout, /^listening on 127\.0\.0\.1:\d+\n$/);
});
