import { assert, assertEquals } from "@std/assert";
import { startClient, startServer } from "../support/start.ts";
import { headerOf, NoiseCConnection } from "./noise_c_connection.ts";

Deno.test("a client that is written from PROTOCOL.md alone registers, bridges and chats with the programs", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: alice } = await startClient("alice", where);
  await using _alice = alice;

  const key = crypto.getRandomValues(new Uint8Array(32));
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using registry = await NoiseCConnection.connect(where, key);
  const registered = await registry.request("REGISTER", {
    clientID: "stranger",
    Port: String(listener.addr.port),
  });
  assertEquals(registered.method, "REGACK");
  const own = `127.0.0.1:${listener.addr.port}`;
  assertEquals(registered.headers.Address, own);
  assertEquals((await registry.request("PING")).method, "PONG");
  assertEquals((await registry.request("SHOUT")).headers.Code, "400");

  const listed = await registry.request("INFO", { Prefix: "", Limit: "1" });
  const [name, address, aliceKey] = listed.body.trim().split(" ");
  assertEquals([listed.headers.Clients, name], ["1", "alice"]);
  const next = await registry.request("INFO", {
    After: headerOf(listed, "After"),
  });
  assert(next.body.startsWith(`stranger ${own} `), next.body);
  const bridged = await registry.request("BRIDGE", { target: "alice" });
  assertEquals(bridged.headers.Candidates, address);
  assertEquals(bridged.headers.Key, aliceKey);
  const lookedUp = await registry.request("LOOKUP", { target: "alice" });
  assertEquals([lookedUp.headers.Online, lookedUp.headers.Key], [
    "yes",
    aliceKey,
  ]);

  // It calls alice, says something, is answered, and hangs up.
  using calling = await NoiseCConnection.connect(
    headerOf(bridged, "Candidates"),
    key,
  );
  assertEquals(calling.remoteKey, aliceKey);
  await calling.send("CHAT", { clientID: "stranger" });
  assertEquals((await calling.until("CHAT")).headers.clientID, "alice");
  const connected = await alice.event("connected");
  assertEquals([connected.name, connected.protection], ["stranger", "pinned"]);
  const ID = "01M86BV9B5K63MJ7WZW52Z0Y29";
  const Time = "2026-11-24T08:40:00.123Z";
  await calling.send("MSG", { ID, Time }, "hello from outside");
  assertEquals((await calling.until("ACK")).headers.ID, ID);
  assertEquals((await alice.event("message")).text, "hello from outside");
  await calling.send("PING");
  await calling.until("PONG");
  await alice.type("welcome");
  const said = await calling.until("MSG");
  assertEquals(said.body, "welcome");
  await calling.send("ACK", { ID: headerOf(said, "ID") });
  assertEquals((await alice.event("delivered")).id, said.headers.ID);
  await calling.send("QUIT");
  await calling.closeWrite();
  while (await calling.receive() !== undefined);
  const ended = await alice.event("disconnected");
  assertEquals(ended.reason, "the peer hung up");

  // Alice calls it.
  await alice.type("/chat stranger");
  using called = await NoiseCConnection.accept(listener, key);
  assertEquals((await called.until("CHAT")).headers.clientID, "alice");
  assertEquals(called.remoteKey, aliceKey);
  await called.send("CHAT", { clientID: "stranger" });
  await alice.event("connected");
  await alice.type("are you there?");
  const asked = await called.until("MSG");
  assertEquals(asked.body, "are you there?");
  await called.send("ACK", { ID: headerOf(asked, "ID") });
  await alice.event("delivered");
  await alice.type("/hangup");
  assertEquals((await called.until("QUIT")).method, "QUIT");
  assertEquals(await called.receive(), undefined);
  await called.closeWrite();

  assertEquals((await registry.request("UNREGISTER")).method, "UNREGACK");
  await registry.closeWrite();
  assertEquals(await registry.receive(), undefined);
});
