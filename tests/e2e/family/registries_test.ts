import { assert, assertEquals, assertMatch } from "@std/assert";
import { clientCommand } from "../../support/command.ts";
import { eventually } from "../../support/eventually.ts";
import { freeChat } from "../../support/family/free_chat.ts";
import { heard } from "../../support/family/heard.ts";
import { OriginalPeer } from "../../support/family/original_peer.ts";
import {
  OriginalRegistry,
  type RegistryHabits,
} from "../../support/family/original_registry.ts";
import { register } from "../../support/family/registry_client.ts";
import { runScript } from "../../support/script.ts";
import { TempFolder } from "../../support/temp_folder.ts";

/** The existing registries, by what they do. */
const REGISTRIES: Readonly<Record<string, RegistryHabits>> = {
  "a registry that closes at an unknown request": {
    unknown: "close",
    decoding: "lenient",
  },
  "a registry that answers an unknown request with ERROR": {
    unknown: "error",
    status: true,
    decoding: "lenient",
  },
  "a registry that dies of bytes that are not UTF-8": {
    unknown: "error",
  },
  "a registry that is silent, and dies of bytes that are not UTF-8": {
    unknown: "silence",
    status: true,
  },
};

/** One that only the flags keep alive. */
const EXITS: Readonly<Record<string, RegistryHabits>> = {
  "a registry that exits at an unknown request": {
    unknown: "exit",
    info: false,
  },
};

/** A registry at which clients of its kind are registered. */
async function startWith(
  habits: RegistryHabits,
  ...clientIDs: string[]
): Promise<
  AsyncDisposable & { registry: OriginalRegistry; peers: OriginalPeer[] }
> {
  const scope = new AsyncDisposableStack();
  const registry = scope.use(new OriginalRegistry(habits));
  const peers: OriginalPeer[] = [];
  for (const clientID of clientIDs) {
    const peer = scope.use(new OriginalPeer(clientID, freeChat()));
    await register(registry, clientID, peer);
    peers.push(peer);
  }
  return {
    registry,
    peers,
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
}

/** The connections that carried a certain method. */
function carrying(method: string, { connections }: OriginalRegistry) {
  return connections.filter(({ texts }) => texts.join("").includes(method));
}

/** Runs alice against a registry: she calls bob, says something, and leaves. */
async function chatsThrough(
  habits: RegistryHabits,
  args: (where: string) => string[],
  helloCount: number,
): Promise<void> {
  await using network = await startWith(habits, "bob");
  const { registry, peers: [bob] } = network;
  assert(bob);
  const { code, events } = await runScript(
    clientCommand("alice", "0", ...args(registry.where), "--json"),
    "/chat bob",
    "hello bob",
    "/quit",
  );
  assertEquals(events("problem"), []);
  assertEquals(events("registered").length, 1);
  assertEquals(events("sent"), [
    { event: "sent", to: "~bob", text: "hello bob" },
  ]);
  assertEquals(code, 0);
  await eventually(
    () => heard(bob.connections) === "hello bob",
    () => heard(bob.connections),
  );
  assertEquals(bob.died, undefined);
  assertEquals(registry.died, undefined);
  assertMatch(registry.received, /^[\0-\x7f]*$/);
  const hellos = carrying("HELLO", registry);
  assertEquals(hellos.length, helloCount);
  for (const { texts: [opening = "", ...more] } of hellos) {
    assertMatch(opening, /^HELLO\r\n(?:[A-Za-z]+: .*\r\n)+\r\n$/);
    assertEquals(more, []);
  }
  assertEquals(carrying("INFO", registry), []);
}

for (const [what, habits] of Object.entries(REGISTRIES)) {
  Deno.test(`with --plain a client registers, bridges and chats through ${what}; its one HELLO is ASCII and goes alone`, async () => {
    await chatsThrough(habits, (where) => [where, "--plain"], 1);
  });
}

for (const [what, habits] of Object.entries({ ...REGISTRIES, ...EXITS })) {
  Deno.test(`with --registry-plain no HELLO comes to ${what}, and a client chats through it`, async () => {
    await chatsThrough(
      habits,
      (where) => [where, "--plain", "--registry-plain"],
      0,
    );
  });

  Deno.test(`with plain://HOST:PORT no HELLO comes to ${what}, and a client chats through it`, async () => {
    await chatsThrough(
      habits,
      (where) => [`plain://${where}`, "--plain"],
      0,
    );
  });
}

Deno.test("a registry that turned out plain is sent no HELLO in a second run", async () => {
  await using network = await startWith({ unknown: "close" });
  const { registry } = network;
  using home = new TempFolder();
  const command = {
    ...clientCommand("alice", "0", registry.where, "--plain", "--json"),
    env: { P2PCHAT_HOME: home.path },
  };
  for (let run = 0; run < 2; run++) {
    const { events } = await runScript(command, "/bridge", "/quit");
    assertEquals(events("registered").length, 1);
  }
  assertEquals(carrying("REGISTER", registry).length, 2);
  assertEquals(carrying("HELLO", registry).length, 1);
});

Deno.test("where a registry exits at HELLO, the sentence names --registry-plain", async () => {
  await using network = await startWith({ unknown: "exit" });
  const { registry } = network;
  const { events } = await runScript(
    clientCommand("alice", "0", registry.where, "--plain", "--json"),
    "/quit",
  );
  assertMatch(String(registry.died), /HELLO/);
  const [problem] = events("problem");
  assertMatch(String(problem?.message), /--registry-plain/);
});

Deno.test("a client that a registry offers instead of the one asked for gets no connection, and nor does that one", async () => {
  await using network = await startWith({ unknown: "close" }, "alice", "bob");
  const { registry, peers } = network;
  const { events } = await runScript(
    clientCommand("carol", "0", registry.where, "--plain", "--json"),
    "/chat bob",
    "for bob alone",
    "/quit",
  );
  const [problem] = events("problem");
  assertMatch(
    String(problem?.message),
    /this registry cannot look up a client by name: it offered alice/,
  );
  assertEquals(events("connected"), []);
  assertEquals(events("sent"), []);
  assertEquals(peers.map(({ connections }) => connections.length), [0, 0]);
});

Deno.test("/info shows the list of the original registry, which has no headers", async () => {
  await using network = await startWith({ unknown: "close" }, "alice", "bob");
  const { registry, peers: [alice, bob] } = network;
  const { events } = await runScript(
    clientCommand(
      "carol",
      "0",
      registry.where,
      "--registry-plain",
      "--plain",
      "--no-register",
      "--json",
    ),
    "/info",
    "/quit",
  );
  assertEquals(events("problem"), []);
  assertEquals(events("clients"), [{
    event: "clients",
    clients: [
      { clientID: "alice", address: alice?.where },
      { clientID: "bob", address: bob?.where },
    ],
  }]);
});

for (const unknown of ["close", "error", "silence", "exit"] as const) {
  Deno.test(`/info at a registry without INFO (${unknown}) says that it may not know INFO`, async () => {
    await using network = await startWith({ unknown, info: false });
    const { registry } = network;
    const { events } = await runScript(
      clientCommand(
        "alice",
        "0",
        `plain://${registry.where}`,
        "--plain",
        "--json",
      ),
      "/info",
      "/quit",
    );
    const [problem] = events("problem");
    assertMatch(String(problem?.message), /may not know INFO/);
  });
}
