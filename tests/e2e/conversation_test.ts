import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import {
  bareClientCommand,
  clientCommand,
  demoCommand,
} from "../support/command.ts";
import { Program } from "../support/program.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { run, startClient, startServer } from "../support/start.ts";
import { startPrograms } from "../support/program_network.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { at } from "../support/at.ts";

Deno.test("two clients register, bridge and chat both ways, and leave", async () => {
  await using network = await startPrograms();
  const { alice, aliceAddress, bob, bobAddress } = network;

  await bob.type("/info");
  const { clients } = await bob.event("clients");
  assert(Array.isArray(clients));
  assertEquals(clients.map(({ clientID, address }) => [clientID, address]), [
    ["alice", formatAddress(aliceAddress)],
    ["bob", formatAddress(bobAddress)],
  ]);
  await bob.type("/bridge");
  assertEquals(await bob.event("bridged"), {
    event: "bridged",
    ...clients[0],
  });
  await bob.type("/chat");
  assertEquals((await bob.event("connected")).name, "alice");
  assertEquals((await alice.event("connected")).name, "bob");
  await bob.type("hello alice");
  const message = await alice.event("message");
  assertEquals(
    [message.from, message.protection, message.text],
    ["bob", "pinned", "hello alice"],
  );
  await alice.type("/msg hello bob 😀");
  assertEquals((await bob.event("message")).text, "hello bob 😀");
  await alice.type("/quit");
  assertEquals((await bob.event("disconnected")).name, "alice");
  await bob.type("/quit");
  assertEquals((await alice.end()).code, 0);
  assertEquals((await bob.end()).code, 0);
});

Deno.test("unless it is told otherwise, a client asks its user about a stranger, and shows no text before", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: alice } = await startClient("alice", where);
  await using _alice = alice;
  await using bob = new Program(bareClientCommand("bob", "0", where, "--json"));
  await bob.event("registered");
  await alice.type("/chat bob");
  await alice.event("connected");
  await alice.type("hello bob");
  const { name, fingerprint } = await bob.event("request");
  assertEquals(name, "alice");
  await bob.type("/accept");
  assertEquals((await bob.event("requests")).strangers, [
    { name, fingerprint },
  ]);
  await bob.type("/accept alice");
  await bob.event("accepted");
  assertEquals((await bob.event("message")).text, "hello bob");
  await alice.event("delivered");
  await bob.type("hello alice");
  assertEquals((await alice.event("message")).text, "hello alice");

  const { client: eve } = await startClient("eve", where);
  await using _eve = eve;
  await eve.type("/chat bob");
  await eve.type("let me in");
  await bob.event("request");
  await bob.type("/decline eve");
  assertEquals((await bob.event("declined")).name, "eve");
  await eve.event("disconnected");
  await bob.type("/quit");
  const { stdout } = await bob.end();
  assert(!stdout.includes("let me in"));
});

Deno.test("a client behind a forwarded port is reached at the port that it advertises", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: alice, address } = await startClient("alice", where);
  await using _alice = alice;
  const forwarded = String(address.port);
  const bob = await startClient("bob", where, "--advertise", forwarded);
  await using _bob = bob.client;
  await alice.type("/bridge bob");
  assertEquals((await alice.event("bridged")).address, formatAddress(address));
});

Deno.test("a text of 60 KiB with newlines and emoji arrives as one message", async () => {
  await using network = await startPrograms();
  const { alice, bob } = network;
  await alice.type("/chat bob");
  await bob.event("connected");
  const text = "line one\n\n😀 déjà vu\r\n".repeat(2500);
  await alice.type(JSON.stringify({ text, to: "bob" }));
  assertEquals((await bob.event("message")).text, text);
});

Deno.test("with several conversations open, /to says whom a plain line goes to and /peers lists them", async () => {
  await using network = await startPrograms();
  const { alice, bob } = network;
  const carol = await network.startClient("carol");
  const dave = await network.startClient("dave");
  for (const caller of [dave, bob, carol]) {
    await caller.type("/chat alice");
    await alice.event("connected");
  }
  // Later calls do not change where a line goes.
  await alice.type("hello dave");
  assertEquals((await dave.event("message")).text, "hello dave");
  await alice.type("/hangup");
  assertEquals((await alice.event("disconnected")).name, "dave");
  await alice.type("hello?");
  assertMatch(
    String((await alice.event("problem")).message),
    /^message not sent: several conversations are open/,
  );
  await alice.type("/to carol");
  await alice.type("hello carol");
  assertEquals((await carol.event("message")).text, "hello carol");
  await bob.type("hello alice");
  assertEquals((await alice.event("message")).from, "bob");
  await alice.type("/peers");
  const { peers, target } = await alice.event("peers");
  assertEquals(target, "carol");
  assertMatch(JSON.stringify(peers), /"name":"bob".*"name":"carol"/);
  await alice.type("/hangup");
  assertEquals((await alice.event("disconnected")).name, "carol");
  await alice.type("hello bob");
  assertEquals((await bob.event("message")).text, "hello bob");
});

Deno.test("/to leaves a message for a client that is offline and was never met, which can answer it", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  using home = new TempFolder();
  const atHome = (...args: string[]) => ({
    ...clientCommand("bob", "0", where, "--json", ...args),
    env: { P2PCHAT_HOME: home.path },
  });
  {
    await using bob = new Program(atHome());
    await bob.event("registered");
  }
  const { client: alice } = await startClient("alice", where);
  await using _alice = alice;
  await alice.type("/to bob");
  await alice.type("for when you are back");
  assertEquals((await alice.event("left")).to, "bob");
  await using bob = new Program(atHome());
  assertEquals((await bob.event("message")).text, "for when you are back");
  await bob.type("here I am");
  assertEquals((await alice.event("message")).text, "here I am");
  await bob.type("/quit");
  await bob.end();
});

Deno.test("clients of a registry on IPv6 reach each other", async () => {
  const onIPv6 = startServer("--listen", "[::1]:0");
  await using network = await startPrograms(onIPv6);
  const { alice, bob } = network;
  await alice.type("/chat bob");
  assertEquals((await bob.event("connected")).name, "alice");
});

Deno.test("/search, /history and /forget find, list and remove stored messages", async () => {
  await using network = await startPrograms();
  const { alice, bob } = network;
  await alice.type("/chat bob");
  await alice.type("the quick brown fox");
  await alice.event("delivered");
  await bob.type("/search FOX quick");
  const found = (await bob.event("history")).messages;
  assertMatch(JSON.stringify(found), /"text":"the quick brown fox"/);
  await bob.type("/forget alice");
  assertEquals((await bob.event("forgotten")).messages, 1);
  await bob.type("/history");
  assertEquals((await bob.event("history")).messages, []);
});

Deno.test("as a filter a client reads commands and ends with its input", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: bob } = await startClient("bob", where);
  await using _bob = bob;
  const { code, stdout } = await run(
    clientCommand("alice", "0", where),
    "/chat bob\nhello\n/msg to you\n",
  );
  assertEquals(code, 0);
  assertMatch(stdout, /^listening on 127\.0\.0\.1:\d+ as alice\n/);
  assertMatch(stdout, /\nregistered as alice with the registry at /);
  assertMatch(stdout, /\nconnected to bob \(.*\): encrypted, not verified; /);
  assertEquals((await bob.event("message")).text, "hello");
  assertEquals((await bob.event("message")).text, "to you");
  await bob.event("disconnected");
});

Deno.test("an unknown command, a wrong argument and a message without a target are answered with what to do", async () => {
  const { stdout, code } = await run(
    clientCommand("alice", "--no-register"),
    "/chta bob\n/register now\n/msg\n/to bob\nhello?\n/hangup\n/help chat\n",
  );
  assertEquals(code, 0);
  assertEquals(
    stdout.split("\n").slice(1, -1),
    [
      "! unknown command /chta; did you mean /chat? (/help lists the commands)",
      "! usage: /register",
      "! usage: /msg <text>",
      "! unknown client bob (/info lists the registered clients, /peers the " +
      "open conversations)",
      "! message not sent: no conversation is open (/chat <clientID> starts " +
      "one, /to <clientID> selects a client, also one that is offline)",
      "! no conversation is open",
      "commands: | /chat [clientID | HOST:PORT]  start a conversation (default: " +
      "the last /bridge)",
    ],
  );
});

Deno.test("a registry that is down is reported in one line, and the client goes on", async () => {
  const { server, where } = await startServer();
  server.signal("SIGTERM");
  await server.end();
  const { stdout, code } = await run(
    clientCommand("alice", "0", where),
    "/info\n/peers\n",
  );
  await server[Symbol.asyncDispose]();
  assertEquals(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assertMatch(at(lines, 1), /^! the registry at .* cannot be reached: nothing/);
  assertMatch(at(lines, 2), /^! the registry at .* cannot be reached: nothing/);
  assertEquals(lines[3], "no open conversations");
});

Deno.test("a program that only speaks the plain protocol talks with the registry and the client", async () => {
  const { server, address, where } = await startServer();
  await using _server = server;
  const { client: alice, address: aliceAt } = await startClient(
    "alice",
    where,
    "--plain",
  );
  await using _alice = alice;

  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  using registry = await PlainSocket.connect(address);
  const register = `clientID: carol\r\nIP: 127.0.0.1\r\nPort: ${port}\r\n\r\n`;
  await registry.send(`REGISTER\r\n${register}`);
  assertEquals(await registry.recv(), `REGACK\r\n${register}`);
  await registry.send("BRIDGE\r\nclientID: carol\r\n\r\n");
  assertEquals(
    await registry.recv(),
    `BRIDGEACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: ${aliceAt.port}` +
      "\r\n\r\n",
  );

  using calling = await PlainSocket.connect(aliceAt);
  await calling.send(`CHAT\r\n${register}`);
  assertEquals((await alice.event("connected")).name, "~carol");
  await calling.send("raw hello");
  assertEquals((await alice.event("message")).text, "raw hello");
  await alice.type("hello carol");
  assertEquals(await calling.recv(), "hello carol");
  await calling.send("QUIT\r\n\r\n");
  await alice.event("disconnected");

  await alice.type("/chat carol");
  using called = PlainSocket.over(await listener.accept());
  assertEquals(
    await called.recv(),
    `CHAT\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: ${aliceAt.port}\r\n\r\n`,
  );
  await called.send("you called?\n");
  assertEquals((await alice.event("message")).text, "you called?");
  await alice.type("I did");
  assertEquals(await called.until("\n"), "I did\n");
  await alice.type("/hangup");
  assertEquals(await called.rest(), "QUIT\r\n\r\n");
});

Deno.test("escape sequences from a peer are shown and not obeyed", async () => {
  await using alice = new Program(
    clientCommand("alice", "--no-register", "--plain"),
  );
  const line = await alice.line(/^listening on /);
  const port = Number(/:(\d+) /.exec(line)?.[1]);
  using mallory = await PlainSocket.connect({ host: "127.0.0.1", port });
  await mallory.send("\x1b[2J\x1b]0;owned\x07\u202eevil\nbob> forged");
  assertMatch(
    await alice.line(/evil/),
    /^127\.0\.0\.1:\d+ \(not encrypted\)> ␛\[2J␛\]0;owned␇<U\+202E>evil␊bob> forged$/,
  );
});

Deno.test("the demo echoes the first line that is typed and ends", async () => {
  const { code, stdout } = await run(demoCommand(), "hello\n/quit\n");
  assertEquals(code, 0);
  assertMatch(
    stdout,
    /\nconnected to echo \(127\.0\.0\.1:\d+\): encrypted/,
  );
  assertMatch(stdout, /\necho> hello\n/);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `${signal} ends a client, and its peer is told`,
    // Windows has no signals that one program could send another.
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using bob = new Program(clientCommand("bob", "--no-register"));
      const line = await bob.line(/^listening on /);
      const port = Number(/:(\d+) /.exec(line)?.[1]);
      await using alice = new Program(clientCommand("alice", "--no-register"));
      await alice.type(`/chat 127.0.0.1:${port}`);
      await bob.line(/^incoming connection from alice /);
      await alice.line(/^connected to bob /);
      alice.signal(signal);
      assertEquals((await alice.end()).code, 0);
      await bob.line(/ended: the peer hung up/);
    },
  });
}

Deno.test("/accept takes no stranger whose client ID another client has claimed since", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: carol, address } = await startClient(
    "carol",
    where,
    "--accept",
    "ask",
  );
  await using _carol = carol;
  using mallory = await SecureSocket.connect(address);
  await mallory.send("CHAT", [["clientID", "bob"]]);
  await carol.event("request");
  const { client: bob } = await startClient("bob", where);
  await using _bob = bob;
  await carol.type("/accept bob");
  assertMatch(
    String((await carol.event("problem")).message),
    /the registry knows bob by another key/,
  );
  await mallory.until("QUIT");
  await carol.type("/chat bob");
  await carol.event("connected");
});
