import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { clientCommand, demoCommand } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { startClient, startServer } from "../support/start.ts";
import { Tmux } from "../support/tmux.ts";

/** A test at a real terminal; Windows has no tmux to drive one. */
function terminalTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: Deno.build.os === "windows", fn });
}

interface Conversation extends AsyncDisposable {
  readonly alice: Tmux;
  readonly bob: Program;
}

/** Alice at a terminal, in a conversation with bob, who prints JSON. */
async function startConversation(): Promise<Conversation> {
  const { server, where } = await startServer();
  const { client: bob, address } = await startClient("bob", where);
  const alice = await Tmux.start(clientCommand("alice", "0", where));
  await alice.untilShows("registered as alice");
  await alice.untilLast("alice>");
  await alice.keys(`/chat ${formatAddress(address)}`, "Enter");
  await bob.event("connected");
  await bob.type("hi");
  await alice.untilShows("bob> hi");
  await alice.untilLast("alice → bob>");
  return {
    alice,
    bob,
    async [Symbol.asyncDispose]() {
      await alice[Symbol.asyncDispose]();
      await bob[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

terminalTest(
  "a message that arrives during input appears above the input line, which keeps its text and cursor",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    await alice.keys("half a lin");
    await alice.untilLast("alice → bob> half a lin");
    await alice.keys("Left", "Left", "Left");
    const at = "alice → bob> half a ".length;
    await bob.type("interrupting");
    const screen = await alice.until((screen) =>
      screen.at(-2) === "bob> interrupting" &&
      screen.at(-1) === "alice → bob> half a lin"
    );
    await alice.untilCursor({ column: at, row: screen.length - 1 });
    await alice.keys("X", "End", "e", "Enter");
    assertEquals((await bob.event("message")).text, "half a Xline");
  },
);

terminalTest(
  "a wrapped input line stays whole when a message arrives",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    const long = "word ".repeat(40).trim();
    await alice.keys(long);
    // A terminal's rows end anywhere, so the spaces do not count.
    const typed = long.replaceAll(" ", "");
    await alice.until((screen) =>
      screen.join("").replaceAll(" ", "").endsWith(typed)
    );
    const before = (await alice.screen()).slice(-3).join("\n");
    await bob.type("one");
    await bob.type("two");
    await alice.until((screen) =>
      screen.slice(-3).join("\n") === before &&
      screen.slice(-5, -3).join() === "bob> one,bob> two"
    );
    await alice.keys("Enter");
    assertEquals((await bob.event("message")).text, long);
  },
);

terminalTest(
  "a message's mark is updated in place during further input",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    await alice.keys("hello", "Enter");
    await alice.untilShows("alice → bob> hello ✓✓");
    bob.signal("SIGKILL");
    await alice.untilShows("the connection to bob was lost");
    await alice.keys("are you there?", "Enter");
    await alice.keys("typing on");
    // Left at the registry, since bob is not there.
    await alice.untilShows("alice → bob> are you there? ✓");
    await alice.untilLast("alice → bob> typing on");
    const long = "x".repeat(65);
    await alice.keys("C-u", long, "Enter");
    const screen = await alice.until((screen) =>
      screen.at(-2) === "✓" && screen.at(-1) === "alice → bob>"
    );
    assertEquals(screen.at(-3), `alice → bob> ${long}`);
    await alice.keys("/quit", "Enter");
    await alice.untilShows("2 messages are not delivered yet");
  },
);

terminalTest(
  "a long paste is taken at once, one message a line, and input goes on",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    const long = "word ".repeat(4000).trim();
    await alice.paste(`${long}\nsecond\nthi`);
    assertEquals((await bob.event("message")).text, long);
    assertEquals((await bob.event("message")).text, "second");
    await alice.untilLast("alice → bob> thi");
    await alice.keys("rd", "Enter");
    assertEquals((await bob.event("message")).text, "third");
  },
);

terminalTest("the arrow keys bring back what was typed", async () => {
  await using conversation = await startConversation();
  const { alice, bob } = conversation;
  await alice.keys("first", "Enter");
  assertEquals((await bob.event("message")).text, "first");
  await alice.keys("second", "Enter");
  assertEquals((await bob.event("message")).text, "second");
  await alice.keys("Up", "Up", "!", "Enter");
  assertEquals((await bob.event("message")).text, "first!");
});

terminalTest("Tab completes commands and client IDs", async () => {
  await using conversation = await startConversation();
  const { alice } = conversation;
  await alice.keys("/han", "Tab");
  await alice.until((screen) =>
    screen.at(-1)?.startsWith("alice → bob> /hangup") ?? false
  );
  await alice.keys("bo", "Tab");
  await alice.untilLast("alice → bob> /hangup bob");
  await alice.keys("Enter");
  await alice.untilShows("conversation with bob ended: you hung up");
});

terminalTest("Ctrl-C clears a line, and leaves on an empty one", async () => {
  await using conversation = await startConversation();
  const { alice, bob } = conversation;
  await alice.keys("never sent");
  await alice.untilLast("alice → bob> never sent");
  await alice.keys("C-c");
  await alice.untilLast("alice → bob>");
  await alice.keys("C-c");
  assertEquals(
    (await bob.event("disconnected")).reason,
    "the peer hung up",
  );
  await alice.untilShows("code 0");
});

terminalTest("Ctrl-D leaves, and no prompt is left behind", async () => {
  await using conversation = await startConversation();
  const { alice, bob } = conversation;
  await bob.type("/hangup");
  await alice.untilShows("the peer hung up");
  await alice.untilLast("alice → bob>");
  await alice.keys("C-d");
  await alice.until((screen) => screen.at(-2) === "code 0");
});

terminalTest(
  "a message cannot pass for another peer's by line ends or wrapping",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    const wrapped = `${"x".repeat(75)}carol> wrapped`;
    await bob.type(JSON.stringify({ text: `one\ncarol> two\n${wrapped}` }));
    const screen = await alice.untilShows("wrapped");
    assert(
      screen.every((line) => !line.startsWith("carol>")),
      screen.join("\n"),
    );
    assert(screen.includes("│    carol> two"), screen.join("\n"));
  },
);

terminalTest(
  "a peer's escape sequences leave the screen as it is",
  async () => {
    await using alice = await Tmux.start(
      clientCommand("alice", "--no-register", "--plain"),
    );
    const screen = await alice.untilShows("listening on");
    const port = Number(/:(\d+) as/.exec(screen.join(" "))?.[1]);
    using mallory = await PlainSocket.connect({ host: "127.0.0.1", port });
    await mallory.send("\x1b[2J\x1b[Hboo");
    const after = await alice.untilShows("boo");
    assertEquals(after[0], screen[0]);
    assert(after.some((line) => line.endsWith("> ␛[2J␛[Hboo")));
  },
);

for (const colour of [true, false]) {
  terminalTest(
    colour ? "a terminal gets colours" : "NO_COLOR turns colours off",
    async () => {
      await using alice = await Tmux.start(
        clientCommand("alice", "--no-register"),
        { colour },
      );
      await alice.untilLast("alice>");
      assertEquals((await alice.styles()).includes("\x1b["), colour);
    },
  );
}

for (const keys of [["/quit", "Enter"], ["C-d"], ["C-c"]]) {
  terminalTest(
    `the demo answers the first line, and ${keys[0]} ends all of it`,
    async () => {
      await using demo = await Tmux.start(demoCommand());
      await demo.untilLast("you → echo>");
      await demo.keys("anybody there?", "Enter");
      await demo.untilShows("echo> anybody there?");
      const screen = (await demo.screen()).join(" ");
      await demo.keys(...keys);
      await demo.untilShows("code 0");
      const ports = Array.from(screen.matchAll(/127\.0\.0\.1:(\d+)/g));
      assert(ports.length > 2, screen);
      for (const [_, port] of ports) {
        await assertRejects(
          () => Deno.connect({ hostname: "127.0.0.1", port: Number(port) }),
          Deno.errors.ConnectionRefused,
        );
      }
    },
  );
}

terminalTest(
  "the cursor stands behind wide characters that were typed, and moves over them",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    const row = (await alice.screen()).length - 1;
    const start = "alice → bob> ".length;
    await alice.keys("-l", "✅日本⚡x");
    await alice.untilCursor({ column: start + 9, row });
    await alice.keys("Left", "Left");
    await alice.untilCursor({ column: start + 6, row });
    await alice.keys("-l", "é");
    await alice.untilLast("alice → bob> ✅日本é⚡x");
    await alice.keys("Enter");
    assertEquals((await bob.event("message")).text, "✅日本é⚡x");
  },
);

terminalTest(
  "a message of 65,535 line ends leaves the rows above it on the screen, and /show shows more of it",
  async () => {
    await using conversation = await startConversation();
    const { alice, bob } = conversation;
    await bob.type(JSON.stringify({ text: "\n".repeat(65_535) }));
    const screen = await alice.untilShows("more lines: /show 1");
    assert(screen.includes("bob> hi"), screen.join("\n"));
    assertEquals(screen.at(-2), "│    … 65,526 more lines: /show 1");
    await bob.type(JSON.stringify({ text: "x\n".repeat(30) + "the end" }));
    await alice.untilShows("… 21 more lines: /show 2");
    await alice.keys("/show", "Enter");
    await alice.untilShows("│    the end");
  },
);
