import { assert, assertEquals } from "@std/assert";
import { clientCommand } from "../support/command.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import type { Program } from "../support/program.ts";
import { startClient, startServer } from "../support/start.ts";
import { Tmux } from "../support/tmux.ts";

/** A test at a real terminal; Windows has no tmux to drive one. */
function terminalTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

interface Conversations extends AsyncDisposable {
  readonly alice: Tmux;
  readonly bob: Program;
  readonly zed: Program;
}

/** Alice at a terminal, who has selected bob, and zed, who knows alice. */
async function startConversations(): Promise<Conversations> {
  const { server, where } = await startServer();
  const { client: bob } = await startClient("bob", where);
  const { client: zed } = await startClient("zed", where);
  const alice = await Tmux.start(clientCommand("alice", "0", where));
  await alice.untilShows("registered as alice");
  await alice.untilLast("alice>");
  await alice.keys("/chat bob", "Enter");
  await bob.event("connected");
  await alice.untilLast("alice → bob>");
  return {
    alice,
    bob,
    zed,
    async [Symbol.asyncDispose]() {
      await alice[Symbol.asyncDispose]();
      await bob[Symbol.asyncDispose]();
      await zed[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

terminalTest(
  "a line goes to the client that left while it was typed, and not to the one that called then",
  async () => {
    await using conversations = await startConversations();
    const { alice, bob, zed } = conversations;
    await alice.keys("for bo");
    await alice.untilLast("alice → bob> for bo");
    await bob.type("/hangup");
    await alice.untilShows("the peer hung up");
    await zed.type("/chat alice");
    await zed.event("connected");
    await zed.type("it is zed");
    await alice.untilShows("zed> it is zed");
    await alice.untilLast("alice → bob> for bo");
    await alice.keys("b", "Enter");
    assertEquals((await bob.event("message")).text, "for bob");
    await alice.untilLast("alice → bob>");
    await alice.keys("/to zed", "Enter");
    await alice.untilLast("alice → zed>");
    await alice.keys("for zed", "Enter");
    assertEquals((await zed.event("message")).text, "for zed");
  },
);

terminalTest(
  "a line that follows /to in the same paste goes to the client that /to selects",
  async () => {
    await using conversations = await startConversations();
    const { alice, bob, zed } = conversations;
    await alice.keys("/to zed", "Enter", "for zed", "Enter");
    assertEquals((await zed.event("message")).text, "for zed");
    const long = "word ".repeat(20).trim();
    await alice.paste(`/to bob\n${long}\n/to zed\nfor zed again\n`);
    assertEquals((await bob.event("message")).text, long);
    assertEquals((await zed.event("message")).text, "for zed again");
  },
);

terminalTest(
  "a line whose conversation in plaintext ended while it was typed is refused and stays in the editor, and goes to no caller",
  async () => {
    await using alice = await Tmux.start(
      clientCommand("alice", "--no-register", "--plain"),
    );
    const screen = await alice.untilShows("listening on");
    const port = Number(/:(\d+) as/.exec(screen.join(" "))?.[1]);
    const call = async (name: string) => {
      const socket = await PlainSocket.connect({ host: "127.0.0.1", port });
      await socket.send(`CHAT\r\nclientID: ${name}\r\n\r\n`);
      await alice.untilShows(`~${name}`);
      return socket;
    };
    const bob = await call("bob");
    await alice.untilLast("alice → ~bob (not encrypted)>");
    await alice.keys("for bob");
    await alice.untilLast("alice → ~bob (not encrypted)> for bob");
    bob[Symbol.dispose]();
    await alice.untilShows("conversation with ~bob ended");
    await alice.untilLast("alice> for bob");
    using zed = await call("zed");
    using again = await call("bob");
    for (let times = 0; times < 2; times++) {
      await alice.keys("Enter");
      await alice.untilShows(
        "message not sent: the conversation with ~bob has",
      );
      await alice.untilLast("alice> for bob");
    }
    await alice.keys("C-c");
    await alice.untilLast("alice>");
    await alice.keys("/to ~zed", "Enter");
    await alice.untilLast("alice → ~zed (not encrypted)>");
    await alice.keys("for zed", "Enter");
    await zed.until("for zed");
    await alice.keys("/hangup ~bob", "Enter");
    const received = await again.rest();
    assert(!received.includes("for bob"), received);
  },
);
