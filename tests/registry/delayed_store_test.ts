import { assertEquals, assertMatch } from "@std/assert";
import { StorageError } from "../../lib/storage/mod.ts";
import {
  type Directory,
  type LogEntry,
  openEmbeddedStore,
  Registry,
  type RegistryOptions,
} from "../../lib/registry/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { delayed } from "./delayed_store.ts";

const INFO = "INFO\r\n\r\n";

/** A registry whose store answers later. */
function start(options: Partial<RegistryOptions> = {}) {
  const stack = new AsyncDisposableStack();
  const store = stack.use(openEmbeddedStore(":memory:"));
  const registry = stack.use(Registry.listen({
    listen: { host: "127.0.0.1", port: 0 },
    plain: true,
    store: delayed(store),
    ...options,
  }));
  return {
    registry,
    address: registry.address,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function register(clientID: string, port: number): string {
  return `REGISTER\r\nclientID: ${clientID}\r\nIP: x\r\nPort: ${port}\r\n\r\n`;
}

async function online(
  { address }: Pick<Registry, "address">,
  clientID: string,
  identity = Identity.generate(),
): Promise<SecureSocket> {
  const client = await SecureSocket.connect(address, identity);
  const headers = [["clientID", clientID], ["Port", "5556"]] as const;
  assertEquals((await client.ask("REGISTER", headers)).method, "REGACK");
  return client;
}

Deno.test("with a store that answers later, plain requests are answered in order", async () => {
  await using registry = start();
  using client = await PlainSocket.connect(registry.address);
  await client.send(
    register("alice", 1) + register("bob", 2) + INFO +
      "BRIDGE\r\nclientID: alice\r\n\r\n" + register("bob", 3) +
      "SHOUT\r\n\r\n",
  );
  await client.closeWrite();
  const regack = (clientID: string, port: number) =>
    `REGACK\r\nclientID: ${clientID}\r\nIP: x\r\nPort: ${port}\r\n\r\n`;
  const replies = await client.rest();
  assertEquals(
    replies.split("ERROR")[0],
    regack("alice", 1) + regack("bob", 2) +
      "INFOACK\r\nClients: 2\r\nContent-Length: 36\r\n\r\n" +
      "alice 127.0.0.1:1\r\nbob 127.0.0.1:2\r\n" +
      "BRIDGEACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 2\r\n\r\n" +
      regack("bob", 3),
  );
  assertMatch(replies, /ERROR\r\nCode: 400\r\n[^]*$/);
});

Deno.test("with a store that answers later, a plain request is refused as with any", async () => {
  await using registry = start();
  using _alice = await online(registry, "alice");
  using client = await PlainSocket.connect(registry.address);
  await client.send(register("alice", 1));
  assertMatch(await client.until("\r\n\r\n"), /^ERROR\r\nCode: 403\r\n/);
  await client.send(register("bob", 1));
  assertMatch(await client.until("\r\n\r\n"), /^REGACK\r\n/);
});

Deno.test("with a store that answers later, a session does what it does with any", async () => {
  await using registry = start();
  const identity = Identity.generate();
  using alice = await online(registry, "alice");
  using first = await online(registry, "bob", identity);
  const target = [["target", "bob"]] as const;
  const bridged = await alice.ask("BRIDGE", target);
  assertEquals(bridged.get("Candidates"), "127.0.0.1:5556");
  const key = identity.publicKey.toBase64();
  const deposit = [...target, ["Key", key]] as const;
  const deposited = await alice.ask("DEPOSIT", deposit, "sealed");
  assertEquals(deposited.method, "DEPOSITACK");
  assertEquals((await first.until("MAIL")).headers, []);
  assertEquals((await first.ask("COLLECT")).text(), "sealed");
  const page = await alice.ask("INFO", [["Limit", "1"]]);
  assertEquals(page.get("After"), "alice");
  const rest = await alice.ask("INFO", [["After", "alice"]]);
  assertEquals(rest.text(), `bob 127.0.0.1:5556 ${key}\r\n`);

  using second = await online(registry, "bob", identity);
  const told = await first.rest();
  assertEquals(told.map((it) => it.get("Code")), ["409"]);
  assertEquals((await second.ask("UNREGISTER")).method, "UNREGACK");
  assertEquals((await alice.ask("BRIDGE", target)).get("Code"), "404");
});

Deno.test("a reply that is under way is sent before the last message of a session", async () => {
  using store = openEmbeddedStore(":memory:");
  const later = delayed(store);
  let registered = false;
  const asked = Promise.withResolvers<void>();
  const directory: Directory = {
    ...later.directory,
    find: (...args) => {
      if (registered) asked.resolve();
      return later.directory.find(...args);
    },
  };
  const registry = Registry.listen({
    listen: { host: "127.0.0.1", port: 0 },
    plain: false,
    store: { ...later, directory },
  });
  using alice = await online(registry, "alice");
  registered = true;
  const replies = alice.rest();
  await alice.send("LOOKUP", [["Seq", "9"], ["target", "alice"]]);
  // Until it has arrived; its answer takes the store some time.
  await asked.promise;
  await registry.close();
  const codes = (await replies).map((it) => it.get("Code") ?? it.method);
  assertEquals(codes, ["LOOKUPACK", "503"]);
});

Deno.test("a store error, at once or later, is answered with 500, and only the log has its details", async () => {
  using store = openEmbeddedStore(":memory:");
  const failure = new StorageError("the disk is full");
  for (const later of [false, true]) {
    const log: LogEntry[] = [];
    const find = () => {
      if (later) return Promise.reject(failure);
      throw failure;
    };
    const claims = { ...delayed(store).claims, find };
    await using registry = start({
      store: { ...store, claims },
      log: (entry) => log.push(entry),
    });
    using alice = await SecureSocket.connect(registry.address);
    const headers = [["clientID", "alice"], ["Port", "1"]] as const;
    const refusal = await alice.ask("REGISTER", headers);
    assertEquals(refusal.get("Code"), "500");
    assertEquals((await alice.ask("PING")).method, "PONG");
    using plain = await PlainSocket.connect(registry.address);
    await plain.send(register("bob", 1));
    assertMatch(await plain.until("\r\n\r\n"), /^ERROR\r\nCode: 500\r\n/);
    await plain.send(INFO);
    assertMatch(await plain.until("\r\n\r\n"), /^INFOACK\r\n/);
    const errors = log.filter(({ event }) => event === "failed");
    assertEquals(errors.map(({ error }) => error), [
      "the disk is full",
      "the disk is full",
    ]);
  }
});
