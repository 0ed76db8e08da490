import { assertEquals, assertMatch } from "@std/assert";
import type { Message } from "../../../lib/framing/mod.ts";
import type { Registry } from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";

/** The answer to a client that registers, and the client. */
async function register(
  { address }: Pick<Registry, "address">,
  clientID: string,
  identity = Identity.generate(),
) {
  const client = await SecureSocket.connect(address, identity);
  return { client, reply: await registerAgain(client, clientID) };
}

function registerAgain(
  client: SecureSocket,
  clientID: string,
): Promise<Message> {
  return client.ask("REGISTER", [["clientID", clientID], ["Port", "5556"]]);
}

/** The headers of a reply, without its `Seq`. */
function headers(reply: Message): Record<string, string> {
  return Object.fromEntries(reply.headers.filter(([name]) => name !== "Seq"));
}

const keyOf = (identity: Identity) => identity.publicKey.toBase64();

Deno.test("an ID that a key has claimed is refused to all others in every spelling, also in plain", async () => {
  await using registry = startRegistry();
  const { client } = await register(registry, "bob");
  using _bob = client;
  for (const spelling of ["Bob", "BOB", "bob"]) {
    const { client, reply } = await register(registry, spelling);
    using _mallory = client;
    assertEquals(reply.get("Code"), "403");
    using plain = await PlainSocket.connect(registry.address);
    await plain.send(
      `REGISTER\r\nclientID: ${spelling}\r\nIP: x\r\nPort: 1\r\n\r\n`,
    );
    assertMatch(await plain.until("\r\n\r\n"), /^ERROR\r\nCode: 403\r\n/);
  }
});

Deno.test("LOOKUP of any spelling of an ID gives the key that has claimed it, online or not", async () => {
  await using registry = startRegistry();
  const bob = Identity.generate();
  const { client: alice } = await register(registry, "alice");
  using _alice = alice;
  {
    using client = (await register(registry, "Bob", bob)).client;
    for (const target of ["Bob", "bob"]) {
      const reply = await alice.ask("LOOKUP", [["target", target]]);
      const expected = { clientID: "Bob", Online: "yes", Key: keyOf(bob) };
      assertEquals(headers(reply), expected);
    }
    await client.ask("UNREGISTER");
  }
  const reply = await alice.ask("LOOKUP", [["target", "BOB"]]);
  const expected = { clientID: "Bob", Online: "no", Key: keyOf(bob) };
  assertEquals(headers(reply), expected);
});

Deno.test("a DEPOSIT for any spelling of an ID reaches its owner, who is told", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  const { client: bob } = await register(registry, "bob", identity);
  using _bob = bob;
  const { client: alice } = await register(registry, "alice");
  using _alice = alice;
  const target = [["target", "BoB"], ["Key", keyOf(identity)]] as const;
  const reply = await alice.ask("DEPOSIT", target, "sealed");
  assertEquals(reply.method, "DEPOSITACK");
  assertEquals((await bob.until("MAIL")).headers, []);
  assertEquals((await bob.ask("COLLECT")).text(), "sealed");
});

Deno.test("BRIDGE to another spelling than the one that is claimed is refused, and names that", async () => {
  await using registry = startRegistry();
  using _bob = (await register(registry, "bob")).client;
  using alice = (await register(registry, "alice")).client;
  const reply = await alice.ask("BRIDGE", [["target", "Bob"]]);
  assertEquals(headers(reply), {
    Code: "404",
    Reason: "Bob is not registered: did you mean bob?",
  });
  const unknown = await alice.ask("BRIDGE", [["target", "carol"]]);
  assertEquals(unknown.get("Reason"), "carol is not registered");
});

Deno.test("BRIDGE names no client in plain whose ID a key has claimed meanwhile in another spelling", async () => {
  await using registry = startRegistry();
  using plain = await PlainSocket.connect(registry.address);
  await plain.send("REGISTER\r\nclientID: Bob\r\nIP: x\r\nPort: 1\r\n\r\n");
  assertMatch(await plain.until("\r\n\r\n"), /^REGACK\r\n/);
  using alice = (await register(registry, "alice")).client;
  const target = [["target", "Bob"]] as const;
  assertEquals((await alice.ask("BRIDGE", target)).method, "BRIDGEACK");
  const { client, reply } = await register(registry, "bob");
  using _bob = client;
  assertEquals(reply.method, "REGACK");
  const refusal = await alice.ask("BRIDGE", target);
  assertEquals(
    refusal.get("Reason"),
    "Bob is not registered: did you mean bob?",
  );
});

Deno.test("a client in plain may not renew its registration of an ID that a key has claimed meanwhile in another spelling", async () => {
  await using registry = startRegistry();
  using plain = await PlainSocket.connect(registry.address);
  const inPlain = async (clientID: string) => {
    await plain.send(
      `REGISTER\r\nclientID: ${clientID}\r\nIP: x\r\nPort: 1\r\n\r\n`,
    );
    return (await plain.until("\r\n\r\n")).split("\r\n").slice(0, 2);
  };
  for (const clientID of ["Bob", "carol"]) {
    for (let time = 0; time < 2; time++) {
      const reply = await inPlain(clientID);
      assertEquals(reply, ["REGACK", `clientID: ${clientID}`]);
    }
  }
  using _bob = (await register(registry, "bob")).client;
  assertEquals(await inPlain("Bob"), ["ERROR", "Code: 403"]);
  assertEquals(await inPlain("carol"), ["REGACK", "clientID: carol"]);
});

Deno.test("two clients in plain may register one ID in two spellings", async () => {
  await using registry = startRegistry();
  using plain = await PlainSocket.connect(registry.address);
  for (const clientID of ["bob", "Bob"]) {
    await plain.send(
      `REGISTER\r\nclientID: ${clientID}\r\nIP: x\r\nPort: 1\r\n\r\n`,
    );
    assertMatch(await plain.until("\r\n\r\n"), /^REGACK\r\n/);
  }
});

Deno.test("the owner of an ID may register another spelling, which ends what is registered in the old one", async () => {
  await using registry = startRegistry();
  const identity = Identity.generate();
  using first = (await register(registry, "bob", identity)).client;
  const { client: second, reply } = await register(registry, "Bob", identity);
  using _second = second;
  assertEquals(reply.method, "REGACK");
  const told = await first.rest();
  assertEquals(told.map((it) => it.get("Code")), ["409"]);
  using alice = (await register(registry, "alice")).client;
  assertEquals((await alice.ask("INFO")).get("Clients"), "2");
  assertEquals((await registerAgain(second, "BOB")).method, "REGACK");
  assertEquals((await second.ask("PING")).method, "PONG");
  const bridge = await alice.ask("BRIDGE", [["target", "BOB"]]);
  assertEquals(bridge.get("Key"), keyOf(identity));
  assertEquals((await alice.ask("INFO")).get("Clients"), "2");
});
