import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type Address, parseAddress } from "../../lib/net/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import {
  clientCommand,
  serverCommand,
  withFileLimit,
} from "../support/command.ts";
import { Program } from "../support/program.ts";
import { run, startServer } from "../support/start.ts";

const INFO = "INFO\r\nRequesting clients\r\n\r\n";

/** Windows has no signals that one program could send another. */
const NO_SIGNALS = Deno.build.os === "windows";

/** Connections, as many as may come; those that fail are not among them. */
async function connections(
  { host: hostname, port }: Address,
  count: number,
): Promise<Deno.TcpConn[]> {
  const attempts = await Promise.allSettled(
    Array.from({ length: count }, () => Deno.connect({ hostname, port })),
  );
  return attempts.flatMap((attempt) =>
    attempt.status === "fulfilled" ? [attempt.value] : []
  );
}

Deno.test({
  name:
    "a registry with a limit of 1,024 files keeps serving through 30,000 connection attempts",
  // Windows has no such limit, and macOS too few ports for so many attempts.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using server = new Program(
      withFileLimit(1024, serverCommand("--listen", "127.0.0.1:0")),
    );
    const line = await server.line(/^listening on /);
    const where = line.slice("listening on ".length);
    const [, fits] = /connections=(\d+) reason=".*open files/.exec(
      await server.errorLine(/ limited /),
    ) ?? [];
    assert(Number(fits) > 0 && Number(fits) <= 1024 - 64, fits);

    const address = parseAddress(where);
    using early = await PlainSocket.connect(address);
    for (let attempts = 0; attempts < 30_000; attempts += 1500) {
      const open = await connections(address, 1500);
      assert(open.length > 1024, `only ${open.length} came through`);
      await early.send(INFO);
      assertMatch(await early.until("\r\n\r\n"), /^INFOACK\r\n/);
      const files = Array.from(Deno.readDirSync(`/proc/${server.pid}/fd`));
      assert(files.length < 1024, "it has used its files up");
      for (const conn of open) conn.close();
    }
    // Whoever comes while the last are being closed may still find it full.
    for (let reply = ""; !reply.startsWith("INFOACK");) {
      using late = await PlainSocket.connect(address);
      await late.send(INFO);
      reply = await late.until("\r\n\r\n");
    }
    const { stdout } = await run(
      clientCommand("alice", "0", where),
      "/bridge\n",
    );
    assertMatch(
      stdout,
      /\nregistered as alice [^]*\nno other client is registered/,
    );
  },
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name:
      `${signal} ends the registry with exit code 0, once the replies under way are written`,
    ignore: NO_SIGNALS,
    fn: async () => {
      const { server, address } = await startServer();
      await using _server = server;
      using client = await PlainSocket.connect(address);
      for (let n = 0; n < 1000; n++) {
        await client.send(
          `REGISTER\r\nclientID: client-${n}\r\nIP: x\r\nPort: 1\r\n\r\n`,
        );
        await client.until("\r\n\r\n");
      }
      // More than fits on the way, so that a reply is under way for long.
      await client.send(INFO.repeat(1000));
      await client.until("INFOACK");
      server.signal(signal);
      await server.errorLine(/ stopping /);
      const replies = `INFOACK${await client.rest()}`;
      const size = replies.indexOf("INFOACK", 1);
      assertEquals(replies.length % size, 0);
      await client.closeWrite();
      const { code, stdout } = await server.end();
      assertEquals(code, 0);
      assertMatch(stdout, /^listening on [^\n]+\n$/);
      await assertRejects(() => PlainSocket.connect(address));
    },
  });
}

Deno.test({
  name:
    "a client that never reads its replies does not keep the registry from ending",
  ignore: NO_SIGNALS,
  fn: async () => {
    const { server, address } = await startServer();
    await using _server = server;
    using idle = await PlainSocket.connect(address);
    using deaf = await PlainSocket.connect(address);
    const stuffed = deaf.send(INFO.repeat(500_000)).catch(() => {});
    await idle.send(INFO);
    await idle.recv();
    server.signal("SIGTERM");
    assertEquals((await server.end()).code, 0);
    await stuffed;
    assertEquals(await idle.rest(), "");
  },
});

Deno.test("a full registry answers 503, and keeps serving its clients", async () => {
  const { server, address } = await startServer("--max-connections", "1");
  await using _server = server;
  using first = await PlainSocket.connect(address);
  await first.send(INFO);
  await first.recv();
  using second = await PlainSocket.connect(address);
  assertMatch(await second.rest(), /^ERROR\r\nCode: 503\r\n/);
  await first.send(INFO);
  assertMatch(await first.recv(), /^INFOACK\r\n/);
});

const PLAIN: [flags: string[], speaksPlain: boolean][] = [
  [["--listen", "127.0.0.1:0"], true],
  [["--listen", "127.0.0.1:0", "--no-plain"], false],
  [["--listen", "0.0.0.0:0"], false],
  [["--listen", "0.0.0.0:0", "--plain"], true],
];

for (const [flags, speaksPlain] of PLAIN) {
  const answers = speaksPlain ? "answers" : "refuses";
  Deno.test(`server ${flags.join(" ")} ${answers} plain requests`, async () => {
    const { server, address } = await startServer(...flags);
    await using _server = server;
    using client = await PlainSocket.connect({ ...address, host: "127.0.0.1" });
    await client.send(INFO);
    assertMatch(
      await client.recv(),
      speaksPlain ? /^INFOACK\r\n/ : /^ERROR\r\nCode: 403\r\n/,
    );
  });
}
