import { assertEquals, assertMatch } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { HeaderProxy } from "../support/header_proxy.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { proxyHeader } from "../support/proxy_header.ts";
import { startClient, startServer } from "../support/start.ts";

const SOURCE = { host: "192.0.2.7", port: 40_000 };
const INFO = "INFO\r\n\r\n";

Deno.test("two clients find each other and talk through a registry behind a proxy", async () => {
  const { server, address } = await startServer(
    ...["--trusted-proxy", "127.0.0.1,10.0.0.0/8"],
  );
  await using _server = server;
  await using proxy = new HeaderProxy(address);
  const where = formatAddress(proxy.address);
  const { client: alice, address: there } = await startClient("alice", where);
  await using _alice = alice;
  const { client: bob } = await startClient("bob", where);
  await using _bob = bob;
  await bob.type("/chat alice");
  const connected = await bob.event("connected");
  assertEquals(connected["address"], formatAddress(there));
  await bob.type("hello");
  assertEquals((await alice.event("message"))["text"], "hello");
});

Deno.test("a registry behind a proxy does not speak plain unless it is told to", async () => {
  for (
    const [flags, reply] of [[[], "403"], [["--plain"], "INFOACK"]] as const
  ) {
    const { server, address } = await startServer(
      ...["--trusted-proxy", "::1,127.0.0.1", ...flags],
    );
    await using _server = server;
    using client = await PlainSocket.connect(address);
    await client.send(proxyHeader(SOURCE));
    await client.send(INFO);
    assertMatch(await client.until("\r\n\r\n"), new RegExp(reply));
  }
});

Deno.test("a registry behind a proxy says which connection came without a header, and by what address it knows a client", async () => {
  const { server, address } = await startServer("--trusted-proxy", "127.0.0.1");
  await using _server = server;
  using bare = await PlainSocket.connect(address);
  await bare.send(INFO);
  assertEquals(await bare.rest().catch(() => ""), "");
  await server.errorLine(
    / refused client=127\.0\.0\.1:\d+ code=400 reason="trusted proxy: there is no PROXY header"$/,
  );
  using client = await PlainSocket.connect(address);
  await client.send(proxyHeader(SOURCE));
  await client.send("\0");
  await client.until("\r\n\r\n");
  await server.errorLine(/ refused client=192\.0\.2\.7:40000 code=400 /);
});
