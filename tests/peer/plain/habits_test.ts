/** Habits of existing programs, each with this project's peer in both roles. */
import { assertEquals } from "@std/assert";
import type { PeerTimings } from "../../../lib/peer/mod.ts";
import { at } from "../../support/at.ts";
import { acceptPlainRetry, PlainSocket } from "../../support/plain_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { FAST_PEER, PATIENT_PLAIN } from "../../support/timings.ts";

const CHAT = "CHAT\r\nclientID: carol\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n";

/** How a program matches CHAT that knows these headers and no other. */
const EXACT_CHAT =
  /^CHAT\r\nclientID: ([\w.-]+)\r\nIP: ([\d.]+)\r\nPort: (\d+)\r\n\r\n$/;

/** Longer than what is waited for in {@linkcode FAST_PEER}. */
const LONG_PAUSE_MS = 60;
const SHORT_PAUSE_MS = 5;

/** A program, and the name that the peer has for it. */
interface Met extends Disposable {
  readonly program: PlainSocket;
  readonly name: string;
}

/** How a peer and a program meet; the program has read the CHAT that it got. */
const ROLES: Record<string, (alice: TestPeer) => Promise<Met>> = {
  "that the peer dials": async (alice) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = acceptPlainRetry(listener);
    const { name } = await alice.peer.chat(
      `127.0.0.1:${listener.addr.port}`,
    );
    await alice.connected();
    const program = PlainSocket.over(await accepted);
    const [chat, clientID] = EXACT_CHAT.exec(await program.recv()) ?? [];
    assertEquals(clientID, "alice", `${chat} opens exactly so`);
    return met(program, name);
  },
  "that dials the peer": async (alice) => {
    const program = await PlainSocket.connect(alice.peer.address);
    await program.send(CHAT);
    return met(program, await alice.connected());
  },
};

function met(program: PlainSocket, name: string): Met {
  return { program, name, [Symbol.dispose]: () => program[Symbol.dispose]() };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Sends pieces with pauses between them. */
async function sendSlowly(
  program: PlainSocket,
  pieces: Iterable<string>,
  pauseMs: number,
): Promise<void> {
  for (const piece of pieces) {
    await program.send(piece);
    await pause(pauseMs);
  }
}

/** One test in each role. */
function testRoles(
  habit: string,
  timings: Partial<PeerTimings>,
  run: (alice: TestPeer, met: Met) => Promise<void>,
): void {
  for (const [role, meet] of Object.entries(ROLES)) {
    Deno.test(`a program ${role} ${habit}`, async () => {
      await using alice = TestPeer.plain("alice", undefined, {
        plainPaceMs: FAST_PEER.plainPaceMs,
        ...timings,
      });
      using met = await meet(alice);
      await run(alice, met);
    });
  }
}

async function assertHungUp(alice: TestPeer): Promise<void> {
  const { reason } = await alice.expect("disconnected");
  assertEquals(reason, "the peer hung up");
}

testRoles(
  "and takes strict turns misses no text that counts as sent",
  PATIENT_PLAIN,
  async (alice, { program, name }) => {
    for (const turn of ["first", "second", "third"]) {
      await alice.peer.send(name, turn);
      assertEquals(await program.recv(), turn);
      await program.send(`${turn} answer`);
      assertEquals(await alice.message(), `${turn} answer`);
    }
    const hungUp = alice.peer.hangUp(name);
    assertEquals(await program.recv(), "QUIT\r\n\r\n");
    await program.closeWrite();
    await hungUp;
  },
);

testRoles(
  "and takes what arrives together for one message gets each text alone",
  { plainPaceMs: 300 },
  async (alice, { program, name }) => {
    const sent = Promise.all([
      alice.peer.send(name, "first"),
      alice.peer.send(name, "second"),
    ]);
    const hungUp = alice.peer.hangUp(name);
    const received = [];
    for (let n = 0; n < 3; n++) received.push(await program.recv());
    assertEquals(received, ["first", "second", "QUIT\r\n\r\n"]);
    await program.closeWrite();
    await Promise.all([sent, hungUp]);
  },
);

/** The ways in which existing programs send "hi" as a CHAT. */
const TEXT_FORMATS: Record<string, string> = {
  "MESSAGE": "CHAT\r\nMESSAGE: hi\r\n\r\n",
  "Message": "CHAT\r\nclientID: carol\r\nMessage: hi\r\n\r\n",
  "content": "CHAT\r\nclientID: carol\r\ncontent: hi\r\n\r\n",
  "text": "CHAT\r\ntext: hi\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n",
  "a bare line": "CHAT\r\nhi\r\n\r\n",
  "a body": "CHAT\r\nclientID: carol\r\nContent-Length: 2\r\n\r\nhi",
};

for (const [format, chat] of Object.entries(TEXT_FORMATS)) {
  testRoles(
    `and sends each text as a CHAT with ${format} is read, and sent raw text`,
    PATIENT_PLAIN,
    async (alice, { program }) => {
      for (let n = 0; n < 2; n++) {
        await program.send(chat);
        // The first CHAT may name the program before.
        assertEquals((await alice.until("message")).text, "hi");
        await alice.peer.send(at(alice.peer.parties, 0).name, "hello");
        assertEquals(await program.recv(), "hello");
      }
      await program.send(chat + chat);
      assertEquals(await alice.message(), "hi");
      assertEquals(await alice.message(), "hi");
    },
  );
}

testRoles(
  "and ends no CHAT with an empty line is read",
  { partialMethodTimeoutMs: FAST_PEER.partialMethodTimeoutMs },
  async (alice, { program }) => {
    for (const text of ["hi", "you"]) {
      await program.send(`CHAT\r\nMESSAGE: ${text}\r\n`);
      assertEquals(await alice.message(), text);
    }
  },
);

/** The forms of QUIT that are the end as soon as they have arrived. */
const QUITS = [
  "QUIT\r\n",
  "QUIT\r\n\r\n",
  "QUIT\r\n\r\n\r\n",
  "QUIT\r\nGoodbye!\r\n\r\n",
  "QUIT\r\nid: X\r\n\r\n",
  "/quit\r\n",
  "QUIT\n",
  "QUIT\n\n",
  "/quit\n",
];

testRoles(
  "and sends QUIT alone hangs up",
  { partialMethodTimeoutMs: FAST_PEER.partialMethodTimeoutMs },
  async (alice, { program }) => {
    await program.send("QUIT");
    await assertHungUp(alice);
  },
);

for (const quit of QUITS) {
  const written = JSON.stringify(quit);
  testRoles(
    `and sends ${written} hangs up`,
    PATIENT_PLAIN,
    async (alice, { program }) => {
      await program.send("hi");
      assertEquals(await alice.message(), "hi");
      await program.send(quit);
      await assertHungUp(alice);
    },
  );
  testRoles(
    `and sends ${written} behind a text hangs up`,
    PATIENT_PLAIN,
    async (alice, { program }) => {
      await program.send(`bye${quit}`);
      assertEquals(await alice.message(), "bye");
      await assertHungUp(alice);
    },
  );
  testRoles(
    `and sends ${written} byte by byte hangs up`,
    PATIENT_PLAIN,
    async (alice, { program }) => {
      // What follows the end may find the connection closed.
      await sendSlowly(program, quit, SHORT_PAUSE_MS).catch(() => {});
      await assertHungUp(alice);
    },
  );
}

testRoles(
  "and mentions QUIT goes on",
  PATIENT_PLAIN,
  async (alice, { program }) => {
    for (const text of ["I QUIT my job", "QUITTING", "quit", "ACQUIT"]) {
      await program.send(text);
      assertEquals(await alice.message(), text);
    }
  },
);

for (const lineEnd of ["\n", "\r\n"]) {
  Deno.test(`a person types CHAT, a text and QUIT into nc, with ${JSON.stringify(lineEnd)}`, async () => {
    await using alice = TestPeer.plain("alice", undefined, {
      plainIntroductionTimeoutMs: FAST_PEER.plainIntroductionTimeoutMs,
      partialMethodTimeoutMs: FAST_PEER.partialMethodTimeoutMs,
      plainTypingTimeoutMs: PATIENT_PLAIN.plainTypingTimeoutMs,
    });
    using nc = await PlainSocket.connect(alice.peer.address);
    await nc.send(`CHAT${lineEnd}`);
    await alice.connected();
    const lines = ["clientID: carol", "IP: 127.0.0.1", "Port: 5558", ""];
    const typed = lines.map((line) => line + lineEnd);
    await sendSlowly(nc, typed, LONG_PAUSE_MS);
    assertEquals((await alice.expect("named")).party.name, "~carol");
    await nc.send(`hi${lineEnd}`);
    assertEquals(await alice.message(), "hi");
    await alice.peer.send("~carol", "hello");
    assertEquals(await nc.recv(), `hello${lineEnd}`);
    await nc.send(`QUIT${lineEnd}`);
    await assertHungUp(alice);
  });
}

Deno.test("a person who types only CHAT into nc has typed a text", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    plainTypingTimeoutMs: FAST_PEER.plainTypingTimeoutMs,
  });
  using nc = await PlainSocket.connect(alice.peer.address);
  await nc.send("CHAT\n");
  await alice.connected();
  assertEquals(await alice.message(), "CHAT");
});
