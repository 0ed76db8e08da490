import { assertEquals, assertLess } from "@std/assert";
import {
  type Address,
  formatAddress,
  parseAddress,
} from "../../lib/net/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { nextULID } from "../../lib/peer/store/ulid.ts";
import { sourceCommand } from "../support/command.ts";
import {
  flood,
  FLOOD_MESSAGES,
  growthMiB,
  LITTLE_GARBAGE,
  LONG_STALL_MS,
  MAX_GROWTH_MIB,
} from "../support/flood.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { Program } from "../support/program.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { unusedAddress } from "../support/unused_address.ts";

/** A message that a flood repeats, under the name of what it is. */
interface Flood {
  readonly name: string;
  /** The n-th one. */
  readonly message: (n: number) => string;
}

/** Messages that the client sends to the flooding peer, which it never reads. */
const UNREAD_MESSAGES = 300;
const UNREAD_CHARS = 60_000;

/** How often a peer comes and goes. */
const VISITS = 30;

let lastID = "";

/** MSG on a secure link, under the next ID. */
function msg(text: string): string {
  lastID = nextULID(lastID, Date.now());
  return `MSG\r\nID: ${lastID}\r\nTime: 2026-11-24T08:40:00Z\r\n` +
    `Content-Length: ${text.length}\r\n\r\n${text}`;
}

/** What a peer may send on a secure link; QUIT ends it, and comes last. */
const SECURE_FLOODS: readonly Flood[] = [
  { name: "PING", message: () => "PING\r\n\r\n" },
  { name: "PONG", message: () => "PONG\r\n\r\n" },
  { name: "MSG", message: () => msg("hi") },
  {
    name: "MSG with one ID",
    message: () =>
      "MSG\r\nID: 01M86BV9B5K63MJ7WZW52Z0Y29\r\n" +
      "Time: 2026-11-24T08:40:00Z\r\nContent-Length: 2\r\n\r\nhi",
  },
  {
    name: "ACK",
    message: () => "ACK\r\nID: 01M86BV9B5K63MJ7WZW52Z0Y29\r\n\r\n",
  },
  { name: "CHAT", message: () => "CHAT\r\nclientID: mallory\r\n\r\n" },
  {
    name: "ERROR",
    message: () => "ERROR\r\nCode: 400\r\nReason: no\r\n\r\n",
  },
  { name: "an unknown method", message: (n) => `X${n}\r\nSeq: ${n}\r\n\r\n` },
  { name: "QUIT", message: () => "QUIT\r\n\r\n" },
];

/** What a peer may send on a plain link, each on a link of its own. */
const PLAIN_FLOODS: readonly Flood[] = [
  { name: "CHAT", message: () => "CHAT\r\nclientID: mallory\r\n\r\n" },
  {
    name: "MSG",
    message: () => "MSG\r\nContent-Length: 2\r\n\r\nhi",
  },
  { name: "raw text", message: () => "hello\n" },
  { name: "an empty line", message: () => "\n" },
  { name: "QUIT", message: () => "QUIT\r\n" },
];

let strangers = 0;

async function startAlice(...args: string[]) {
  const registry = formatAddress(unusedAddress());
  const client = new Program({
    // From source: an executable does not read the flags of V8.
    ...sourceCommand(
      "client.ts",
      ...["alice", "0", registry, "--json", "--no-register"],
      ...["--accept", "all", "--no-quota", ...args],
    ),
    env: LITTLE_GARBAGE,
  });
  const { address } = await client.event("listening");
  return { client, address: parseAddress(String(address)) };
}

/** Floods the client, and waits until it has dealt with all of it. */
async function measure(
  client: Program,
  { name, message }: Flood,
  send: (text: string) => Promise<void>,
  last: string,
): Promise<void> {
  const growth = await growthMiB(client.pid, async () => {
    const { end } = await flood(send, message, { stallMs: LONG_STALL_MS });
    if (name === "QUIT") {
      await client.event("disconnected");
      return;
    }
    assertEquals(end, "all", name);
    await send(last);
    await client.line(/^{"event":"message".*the last one/);
  });
  assertLess(growth, MAX_GROWTH_MIB, `MiB more for ${name}`);
}

/** Opens a link, and has the client fill it with what is not read. */
async function openUnreadLink(
  client: Program,
  address: Address,
): Promise<SecureSocket> {
  const socket = await SecureSocket.connect(address);
  await socket.send("CHAT", [["clientID", "mallory"]]);
  await client.event("connected");
  const text = "x".repeat(UNREAD_CHARS);
  for (let n = 0; n < UNREAD_MESSAGES; n++) {
    await client.type(JSON.stringify({ text, to: "mallory" }));
    await client.event("sent");
  }
  return socket;
}

Deno.test({
  name:
    "a peer that sends each method 100,000 times and reads nothing does not fill a client's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { client, address } = await startAlice();
    await using _ = client;
    using socket = await openUnreadLink(client, address);
    const send = (text: string) => socket.sendBytes(text);
    for (const each of SECURE_FLOODS) {
      await measure(client, each, send, msg("the last one"));
    }
  },
});

Deno.test({
  name:
    "a plain peer that sends each method 100,000 times and reads nothing does not fill a client's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { client, address } = await startAlice("--plain");
    await using _ = client;
    for (const each of PLAIN_FLOODS) {
      using socket = await PlainSocket.connect(address);
      await socket.send("CHAT\r\nclientID: mallory\r\n\r\n");
      await client.event("connected");
      const last = each.name === "MSG"
        ? "MSG\r\nContent-Length: 12\r\n\r\nthe last one"
        : "the last one\n";
      await measure(client, each, (text) => socket.send(text), last);
    }
  },
});

Deno.test({
  name:
    "a stranger that sends each method 100,000 times and reads nothing does not fill a client's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { client, address } = await startAlice("--accept", "ask");
    await using _ = client;
    for (const { name, message } of SECURE_FLOODS) {
      using socket = await SecureSocket.connect(address);
      await socket.send("CHAT", [["clientID", `mallory-${++strangers}`]]);
      await socket.until("CHAT");
      const growth = await growthMiB(client.pid, async () => {
        await flood((text) => socket.sendBytes(text), message);
        // Once the client has closed, it has dealt with all of it.
        await socket.send("QUIT").catch(() => {});
        await socket.rest();
      });
      assertLess(growth, MAX_GROWTH_MIB, `MiB more for ${name}`);
    }
  },
});

Deno.test({
  name:
    "a peer or stranger that sends 100,000 messages in a record each does not fill a client's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    for (const accept of ["all", "ask"]) {
      const { client, address } = await startAlice("--accept", accept);
      await using _ = client;
      using socket = await SecureSocket.connect(address);
      await socket.send("CHAT", [["clientID", "mallory"]]);
      await socket.until("CHAT");
      const growth = await growthMiB(client.pid, async () => {
        for (let n = 0; n < FLOOD_MESSAGES; n++) await socket.send("PING");
        await socket.send("QUIT");
        await socket.rest();
      });

      assertLess(growth, MAX_GROWTH_MIB, `MiB more with --accept ${accept}`);
    }
  },
});

Deno.test({
  name: "a script that enters 400,000 lines does not fill a client's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { client } = await startAlice();
    await using _ = client;
    const growth = await growthMiB(client.pid, async () => {
      for (let n = 0; n < 400; n++) await client.type("\n".repeat(999));
      await client.type("/peers");
      await client.event("peers");
    });
    assertLess(growth, MAX_GROWTH_MIB);
  },
});

Deno.test("peers that come and go under ever new client IDs do not fill a client's screen", async () => {
  const { client, address } = await startAlice();
  await using _ = client;
  const visits = 60;
  for (let n = 0; n < visits; n++) {
    using socket = await SecureSocket.connect(address);
    await socket.send("CHAT", [["clientID", `mallory${n}`]]);
    await socket.until("CHAT");
    await socket.send("QUIT");
    await socket.closeWrite();
    await socket.rest();
  }
  await client.type("/quit");
  const { stdout } = await client.end();
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const told = events.filter(({ event }) => event === "connected").length;
  const sum = events.find(({ event }) => event === "repeated");
  assertEquals([sum?.name, sum?.suppressed], ["127.0.0.1", visits - told]);
  assertLess(told, 32 + visits / 4);
});

Deno.test("a peer that comes and goes again and again does not fill a client's screen", async () => {
  const { client, address } = await startAlice();
  await using _ = client;
  const identity = Identity.generate();
  for (let n = 0; n < VISITS; n++) {
    using socket = await SecureSocket.connect(address, identity);
    await socket.send("CHAT", [["clientID", "mallory"]]);
    await socket.until("CHAT");
    await socket.send("QUIT");
    await socket.closeWrite();
    await socket.rest();
  }
  await client.type("/quit");
  const { stdout } = await client.end();
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const told = events.filter(({ event }) => event === "connected").length;
  assertLess(told, VISITS / 2);
  assertEquals(events.find(({ event }) => event === "repeated"), {
    event: "repeated",
    what: "connected",
    name: "mallory",
    suppressed: VISITS - told,
    seconds: 60,
  });
});
