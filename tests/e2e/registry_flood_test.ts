import { assertEquals, assertLess } from "@std/assert";
import type { Address } from "../../lib/net/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { sourceCommand } from "../support/command.ts";
import {
  flood,
  FLOOD_MESSAGES,
  growthMiB,
  idle,
  LITTLE_GARBAGE,
  MAX_GROWTH_MIB,
} from "../support/flood.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { startServerBy } from "../support/start.ts";

/** A message that a flood repeats, under the name of what it is. */
interface Flood {
  readonly name: string;
  /** The n-th one. */
  readonly message: (n: number) => string;
}

/** How many clients are registered, so that INFO has a long reply. */
const CLIENTS = 2000;

/**
 * The clients that flood at once, and what each sends: more than the rates of a
 * key let it.
 */
const KEYS = 20;
const MESSAGES_PER_KEY = 1000;

const BOB = Identity.generate();
const BOBS_KEY = BOB.publicKey.toBase64();
const LETTER = "x".repeat(1000);

/** A request of the secure mode. */
function request(
  method: string,
  headers: readonly string[] = [],
  body = "",
): (n: number) => string {
  const lines = headers.map((header) => `${header}\r\n`).join("");
  return (n) =>
    `${method}\r\nSeq: ${n}\r\n${lines}Content-Length: ${body.length}\r\n\r\n` +
    body;
}

/** What a client may send in the secure mode. */
const SECURE_FLOODS: readonly Flood[] = [
  {
    name: "REGISTER",
    message: request("REGISTER", ["clientID: mallory", "Port: 5556"]),
  },
  {
    name: "REGISTER of other IDs",
    message: (n) =>
      request("REGISTER", [`clientID: mallory-${n}`, "Port: 5556"])(n),
  },
  { name: "UNREGISTER", message: request("UNREGISTER") },
  { name: "PING", message: request("PING") },
  { name: "INFO", message: request("INFO") },
  { name: "INFO with a prefix", message: request("INFO", ["Prefix: client"]) },
  { name: "BRIDGE", message: request("BRIDGE") },
  {
    name: "BRIDGE with a target",
    message: request("BRIDGE", ["target: client-1"]),
  },
  { name: "LOOKUP", message: request("LOOKUP", ["target: bob"]) },
  {
    name: "DEPOSIT",
    message: request("DEPOSIT", ["target: bob", `Key: ${BOBS_KEY}`], LETTER),
  },
  { name: "COLLECT", message: request("COLLECT") },
  { name: "an unknown method", message: (n) => request(`X${n}`)(n) },
  { name: "a request without Seq", message: () => "PING\r\n\r\n" },
  { name: "PONG", message: () => "PONG\r\n\r\n" },
  { name: "ERROR", message: () => "ERROR\r\nCode: 400\r\n\r\n" },
  { name: "MAIL", message: request("MAIL") },
  { name: "HELLO", message: request("HELLO") },
];

/** What a client may send in plain. */
const PLAIN_FLOODS: readonly Flood[] = [
  {
    name: "REGISTER",
    message: () => "REGISTER\r\nclientID: mallory\r\nIP: x\r\nPort: 1\r\n\r\n",
  },
  {
    name: "REGISTER of other IDs",
    message: (n) =>
      `REGISTER\r\nclientID: mallory-${n}\r\nIP: x\r\nPort: 1\r\n\r\n`,
  },
  { name: "BRIDGE", message: () => "BRIDGE\r\nclientID: mallory\r\n\r\n" },
  {
    name: "BRIDGE with a target",
    message: () => "BRIDGE\r\nclientID: mallory\r\ntarget: client-1\r\n\r\n",
  },
  { name: "INFO", message: () => "INFO\r\n\r\n" },
  { name: "an unknown method", message: (n) => `X${n}\r\n\r\n` },
  { name: "an empty line", message: () => "\r\n" },
  { name: "HELLO", message: () => "HELLO\r\n\r\n" },
];

/** Starts a registry with clients in it. */
async function startRegistry() {
  const started = await startServerBy({
    // From source: an executable does not read the flags of V8.
    ...sourceCommand("server.ts", "--listen", "127.0.0.1:0"),
    env: LITTLE_GARBAGE,
  });
  using socket = await PlainSocket.connect(started.address);
  for (let n = 0; n < CLIENTS; n++) {
    await socket.send(
      `REGISTER\r\nclientID: client-${n}\r\nIP: x\r\nPort: ${n + 1}\r\n\r\n`,
    );
    await socket.until("\r\n\r\n");
  }
  return started;
}

/** A client in the secure mode that has registered. */
async function register(
  address: Address,
  clientID = `mallory-${crypto.randomUUID()}`,
  identity?: Identity,
): Promise<SecureSocket> {
  const socket = await SecureSocket.connect(address, identity);
  const headers: [string, string][] = [["clientID", clientID], ["Port", "1"]];
  const { method } = await socket.ask("REGISTER", headers);
  assertEquals(method, "REGACK");
  return socket;
}

/** Floods a registry on connections that are not read before all are through. */
async function measure<Socket extends Disposable>(
  pid: number,
  { name, message }: Flood,
  { connections, messages, connect, send }: {
    connections: number;
    messages: number;
    connect: () => Promise<Socket>;
    send: (socket: Socket, text: string) => Promise<void>;
  },
): Promise<void> {
  using sockets = new DisposableStack();
  const growth = await growthMiB(pid, async () => {
    await Promise.all(Array.from({ length: connections }, async () => {
      const socket = sockets.use(await connect());
      await flood((text) => send(socket, text), message, { count: messages });
    }));
    await idle(pid);
  });
  assertLess(growth, MAX_GROWTH_MIB, `MiB more for ${name}`);
}

Deno.test({
  name:
    "a client that sends each method 100,000 times and reads nothing does not fill a registry's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { server, address } = await startRegistry();
    await using _ = server;
    using _bob = await register(address, "bob", BOB);
    for (const each of SECURE_FLOODS) {
      await measure(server.pid, each, {
        connections: 1,
        messages: FLOOD_MESSAGES,
        connect: () => register(address),
        send: (socket, text) => socket.sendBytes(text),
      });
    }
  },
});

Deno.test({
  name:
    "many clients that each send more than they may and read nothing do not fill a registry's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { server, address } = await startRegistry();
    await using _ = server;
    using _bob = await register(address, "bob", BOB);
    for (const each of SECURE_FLOODS) {
      await measure(server.pid, each, {
        connections: KEYS,
        messages: MESSAGES_PER_KEY,
        connect: () => register(address),
        send: (socket, text) => socket.sendBytes(text),
      });
    }
  },
});

Deno.test({
  name:
    "a plain client that sends each method 100,000 times and reads nothing does not fill a registry's memory",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { server, address } = await startRegistry();
    await using _ = server;
    for (const each of PLAIN_FLOODS) {
      await measure(server.pid, each, {
        connections: 1,
        messages: FLOOD_MESSAGES,
        connect: () => PlainSocket.connect(address),
        send: (socket, text) => socket.send(text),
      });
    }
  },
});
