import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { openStore, type Store } from "../../../lib/peer/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { TempFolder } from "../../support/temp_folder.ts";
import { startNetwork } from "../../support/test_network.ts";
import { TestPeer } from "../../support/test_peer.ts";

/**
 * Stores as earlier versions of the program left them: version 1 is that of a
 * first start that was killed between its two migrations, version 2 was closed
 * with messages in every state.
 */
const FIXTURES = new URL("fixtures/", import.meta.url);

/** When the first message of the fixture was written, in ms. */
const WRITTEN = 1_700_000_000_000;
const BOB = identityOf(1);
const CAROL = identityOf(2);
const REGISTRY = identityOf(3);

/** The ID that the last message had, which was taken back. */
const LAST_ID = "01HF7YAXX0VF2DBQ8FX39TB695";

function identityOf(byte: number): Identity {
  return Identity.fromPrivateKey(new Uint8Array(32).fill(byte));
}

function keyOf({ publicKey }: Identity): string {
  return publicKey.toBase64();
}

/** Opens a copy of a fixture, in a folder that outlives it. */
function openFixture(temp: TempFolder, version: number): Store {
  const path = temp.join("store.db");
  Deno.copyFileSync(new URL(`version-${version}.db`, FIXTURES), path);
  const store = openStore(path, { now: WRITTEN });
  assertEquals(store.notice, undefined);
  return store;
}

Deno.test("a store that has had its first migration only keeps its pins, and takes messages", () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 1);
  assertEquals(store.pins.get("bob"), { key: keyOf(BOB), verified: true });
  assertEquals(store.pins.get("carol"), { key: keyOf(CAROL), verified: false });
  store.outbox.queue("bob", "hello", WRITTEN);
  const message = { id: LAST_ID, text: "hello yourself", time: WRITTEN };
  store.inbox.receive(keyOf(BOB), "bob", [message], WRITTEN);
  assertEquals(store.history.search("hello", 9).length, 2);
});

Deno.test("the pins of an earlier version's store are known, and what was verified", () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 2);
  const { pins } = store;
  assertEquals(pins.clients(), ["bob", "carol"]);
  assertEquals(pins.get("bob"), { key: keyOf(BOB), verified: true });
  assertEquals(pins.get("carol"), { key: keyOf(CAROL), verified: false });
  assertEquals(pins.get("127.0.0.1:5555")?.key, keyOf(REGISTRY));
});

Deno.test("the clients that an earlier version pinned are accepted, and none that is pinned now", () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 2);
  const { pins } = store;
  assert(pins.isAccepted("bob") && pins.isAccepted("carol"));
  pins.pin("dave", keyOf(REGISTRY));
  assert(!pins.isAccepted("dave"));
});

Deno.test("the messages of an earlier version's store are in its history, and found by their words", () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 2);
  const { history } = store;
  const texts = history.recent(undefined, 100).map(({ text }) => text);
  assertEquals(texts, [
    "Hello Bob, how is the crème brûlée?",
    "left at the registry",
    "still queued",
    "for Carol",
    "Hello Alice",
    "It was burnt",
    "not shown yet",
  ]);
  const states = history.recent(undefined, 100).map((message) =>
    message.direction === "out" ? message.state : "in"
  );
  assertEquals(states, [
    "delivered",
    "left",
    "queued",
    "queued",
    "in",
    "in",
    "in",
  ]);
  const [found] = history.search("creme bob", 9);
  assertEquals(found?.text, texts[0]);
  assertEquals(history.search("hello", 9).length, 2);
  assertEquals(history.search("taken back", 9), []);
});

Deno.test("a message that an earlier version took and did not show is shown, and none is taken twice", () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 2);
  const { inbox } = store;
  assertEquals(inbox.notShown().map(({ peer, text }) => [peer, text]), [
    ["carol", "not shown yet"],
  ]);
  const again = [1, 2, 3].map((n) => ({
    id: `01HF7YAT00000000000000000${n}`,
    text: `number ${n}`,
    time: WRITTEN,
  }));
  const { fresh } = inbox.receive(keyOf(BOB), "bob", again, WRITTEN);
  assertEquals(fresh.map(({ text }) => text), ["number 3"]);
});

Deno.test("the IDs of messages go on where an earlier version ended, though the clock went back", () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 2);
  const { id } = store.outbox.queue("bob", "hello", WRITTEN - 1_000_000);
  assert(id > LAST_ID, id);
});

Deno.test("what waits in an earlier version's store is delivered, in its order", async () => {
  using temp = new TempFolder();
  using store = openFixture(temp, 2);
  await using network = await startNetwork({ started: false });
  const bob = await network.startPeer("bob", { identity: BOB });
  const { address } = network.registry;
  await using alice = new TestPeer("alice", address, { store });
  await alice.peer.register();
  assertEquals(await bob.connected(), "alice");
  assertEquals(await bob.message(), "left at the registry");
  assertEquals(await bob.message(), "still queued");
});

for (const version of [1, 2]) {
  Deno.test(`a store of version ${version} has the schema of a new one once it is opened`, () => {
    using temp = new TempFolder();
    openFixture(temp, version)[Symbol.dispose]();
    openStore(temp.join("new.db"), { now: WRITTEN })[Symbol.dispose]();
    assertEquals(
      schemaOf(temp.join("store.db")),
      schemaOf(temp.join("new.db")),
    );
  });
}

/** The statements that made a database's tables, apart from white space. */
function schemaOf(path: string): string[] {
  const database = new DatabaseSync(path);
  const rows = database.prepare(
    "SELECT name, ifnull(sql, '') AS sql FROM sqlite_schema ORDER BY name",
  ).all();
  const version = database.prepare("PRAGMA user_version").get();
  database.close();
  return [
    Deno.inspect(version),
    ...rows.map(({ name, sql }) =>
      `${name}: ${String(sql).replaceAll(/\s+/g, " ")}`
    ),
  ];
}
