import { assertEquals, assertMatch } from "@std/assert";
import type { Address } from "../../lib/net/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { sourceCommand } from "../support/command.ts";
import { assertArrives, startPrograms } from "../support/program_network.ts";
import { startServer, startServerBy } from "../support/start.ts";

/**
 * Whether the registry can end a write that its client never reads: Deno 2.5
 * keeps it under way when its connection is closed.
 */
const ENDS_WRITES = !Deno.version.deno.startsWith("2.5.");

const INFO = "INFO\r\nRequesting clients\r\n\r\n";

/** Alice and bob in conversation, and the registry that introduced them. */
interface Conversation extends AsyncDisposable {
  readonly registry: Address;
  /** Has them say something to each other, and ask the registry. */
  goOn(): Promise<void>;
}

async function startConversation(
  server = startServer(),
): Promise<Conversation> {
  const network = await startPrograms(server);
  const { address, alice, bob } = network;
  await alice.type("/chat bob");
  await bob.event("connected");
  let said = 0;
  return {
    registry: address,
    async goOn() {
      await assertArrives(`from alice ${++said}`, alice, bob);
      await assertArrives(`from bob ${said}`, bob, alice);
      await bob.type("/bridge alice");
      assertEquals((await bob.event("bridged")).clientID, "alice");
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}

/** Sends something, and resolves with the reply when the registry closes. */
async function replyTo(
  registry: Address,
  sent: string | Uint8Array,
): Promise<string> {
  using client = await PlainSocket.connect(registry);
  const reply = client.rest();
  await client.send(sent);
  return await reply;
}

const BAD: [what: string, sent: string | Uint8Array, code: number][] = [
  ["10 MiB without an empty line", new Uint8Array(10 << 20).fill(0x61), 431],
  ["a header block over the limit", `INFO\r\nA: ${"v".repeat(9000)}`, 431],
  ["too many headers", `INFO\r\n${"A: 1\r\n".repeat(65)}\r\n`, 431],
  ["invalid UTF-8", Uint8Array.of(0x58, 10, 0x41, 0x3a, 0xff, 10, 10), 400],
  ["a NUL", "INFO\r\nA: \0\r\n\r\n", 400],
  ["a negative Content-Length", "INFO\r\nContent-Length: -1\r\n\r\n", 400],
  ["a huge Content-Length", "INFO\r\nContent-Length: 99999999999\r\n\r\n", 413],
  ["a body without Content-Length", "INFO\r\n\r\n{ a body }\r\n\r\n", 400],
];

Deno.test("malformed requests are answered with ERROR and closed, while two clients go on chatting", async () => {
  await using all = await startConversation();
  for (const [what, sent, code] of BAD) {
    const reply = replyTo(all.registry, sent);
    await all.goOn();
    assertMatch(
      await reply,
      new RegExp(
        `ERROR\\r\\nCode: ${code}\\r\\nReason: [^\\r\\n]+\\r\\n\\r\\n$`,
      ),
      what,
    );
  }
  await all.goOn();
});

Deno.test("connections that are reset within a request or a reply disturb no other client", async () => {
  await using all = await startConversation();
  const { host: hostname, port } = all.registry;
  for (let n = 0; n < 50; n++) {
    const conn = await Deno.connect({ hostname, port });
    await conn.write(new TextEncoder().encode(INFO + INFO + INFO.slice(0, 9)));
    // To close on what has arrived and was not read is a reset.
    await conn.read(new Uint8Array(1));
    conn.close();
  }
  await all.goOn();
});

Deno.test("a client that sends a byte at a time, and one that never reads, hold up no other client", async () => {
  const shortTimeout = sourceCommand(
    "tests/e2e/short_timeout_registry_main.ts",
  );
  await using all = await startConversation(startServerBy(shortTimeout));
  // Long lists, so that a few thousand of them fill all buffers on the way.
  using names = await PlainSocket.connect(all.registry);
  for (let n = 0; n < 200; n++) {
    await names.send(
      `REGISTER\r\nclientID: client-${n}\r\nIP: x\r\nPort: 1\r\n\r\n`,
    );
    await names.until("\r\n\r\n");
  }
  using deaf = await PlainSocket.connect(all.registry);
  const stuffed = deaf.send(INFO.repeat(200_000)).then(
    () => "all was taken",
    () => "the registry closed",
  );

  using slow = await PlainSocket.connect(all.registry);
  const dropped = slow.rest();
  let late = false;
  dropped.then(() => late = true);
  for (const byte of "REGISTER\r\nclientID: a-slow-client\r\nIP: x\r\n") {
    if (late) break;
    await slow.send(byte);
    await all.goOn();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assertMatch(await dropped, /^ERROR\r\nCode: 408\r\n/);
  await all.goOn();
  if (ENDS_WRITES) assertEquals(await stuffed, "the registry closed");
});
