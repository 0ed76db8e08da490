import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { canMount } from "../support/mounts.ts";
import { makeRoom, onReadOnlyDisk, onSmallDisk } from "../support/mounts.ts";
import {
  clientCommand,
  type Command,
  serverCommand,
} from "../support/command.ts";
import { Program } from "../support/program.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { run, startClient, startServer } from "../support/start.ts";

/** Where nothing listens: what is written waits. */
const NOWHERE = "127.0.0.1:1";

const LONG = "x".repeat(60_000);

/** Runs a script on a database, and keeps it open. */
function runIn(path: string, script: string): Disposable {
  const database = new DatabaseSync(path);
  database.exec(script);
  return { [Symbol.dispose]: () => database.close() };
}

/** A program that keeps something, what it keeps, and where. */
interface Keeping {
  readonly what: "client" | "server";
  readonly command: (folder: string) => Command;
  readonly database: string;
}

const CLIENT: Keeping = {
  what: "client",
  command: (folder) => ({
    ...clientCommand("alice", "0", NOWHERE, "--no-register", "--json"),
    env: { P2PCHAT_HOME: folder },
  }),
  database: "client-alice/store.db",
};

const SERVER: Keeping = {
  what: "server",
  command: (folder) =>
    serverCommand("--listen", "127.0.0.1:0", "--state", folder),
  database: "registry.db",
};

/** Has a program make its files. */
async function begin(
  { what, command }: Keeping,
  folder: string,
): Promise<void> {
  await using program = new Program(command(folder));
  await program.line(/listening/);
  if (what === "client") await program.endInput();
  else program.signal("SIGTERM");
  assertEquals((await program.end()).code, 0);
}

/** Has a program refuse to start. */
async function refusal(what: string, command: Command): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  assertEquals([code, stdout], [2, ""], stderr);
  assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  assertMatch(stderr, new RegExp(`^${what}: `));
  return stderr;
}

for (const keeping of [CLIENT, SERVER]) {
  const { what, command, database } = keeping;

  Deno.test(`a ${what} whose file another process has locked says so, with exit code 2`, async () => {
    using folder = new TempFolder();
    await begin(keeping, folder.path);
    using _other = runIn(`${folder.path}/${database}`, "BEGIN EXCLUSIVE");
    assertMatch(
      await refusal(what, command(folder.path)),
      /in use by another process/,
    );
  });

  Deno.test(`a ${what} leaves the file of a newer version alone, with exit code 2`, async () => {
    using folder = new TempFolder();
    await begin(keeping, folder.path);
    const path = `${folder.path}/${database}`;
    runIn(path, "PRAGMA user_version = 99")[Symbol.dispose]();
    const before = Deno.readFileSync(path);
    assertMatch(
      await refusal(what, command(folder.path)),
      /was written by a newer version of this program/,
    );
    assertEquals(Deno.readFileSync(path), before);
  });

  Deno.test({
    name: `a ${what} that cannot write its folder says so, with exit code 2`,
    ignore: !canMount(),
    fn: async () => {
      using folder = new TempFolder();
      const nothing = command(folder.path);
      await refusal(what, onReadOnlyDisk(nothing, folder.path));
      await begin(keeping, folder.path);
      assertMatch(
        await refusal(what, onReadOnlyDisk(command(folder.path), folder.path)),
        /cannot be (written|used)/,
      );
    },
  });

  Deno.test(`of two ${what}s with one folder, the second refuses with exit code 2`, async () => {
    using folder = new TempFolder();
    await using first = new Program(command(folder.path));
    await first.line(/listening/);
    assertMatch(await refusal(what, command(folder.path)), /is in use by/);
  });
}

Deno.test("a client sets a damaged file aside, says so, and begins a new one", async () => {
  using folder = new TempFolder();
  await begin(CLIENT, folder.path);
  const path = `${folder.path}/${CLIENT.database}`;
  const damage = new TextEncoder().encode("this is no database ".repeat(500));
  Deno.writeFileSync(path, damage);
  await using program = new Program(CLIENT.command(folder.path));
  const said = await program.errorLine(/damaged/);
  const [, aside = ""] = /kept as (\S+), and a new one/.exec(said) ?? [];
  assertEquals(Deno.readFileSync(aside), damage);
  await program.event("listening");
  await program.type(JSON.stringify({ text: "hello", to: "bob" }));
  await program.event("sent");
});

Deno.test("a registry does not start on a damaged file, and leaves it as it is", async () => {
  using folder = new TempFolder();
  await begin(SERVER, folder.path);
  const path = `${folder.path}/${SERVER.database}`;
  const damage = new TextEncoder().encode("this is no database ".repeat(500));
  Deno.writeFileSync(path, damage);
  assertMatch(
    await refusal("server", SERVER.command(folder.path)),
    /is damaged .* Restore a copy/,
  );
  assertEquals(Deno.readFileSync(path), damage);
});

Deno.test({
  name: "on a full disk no message is reported as sent that is not stored",
  ignore: !canMount(),
  fn: async () => {
    using folder = new TempFolder();
    await using alice = new Program(
      onSmallDisk(CLIENT.command(folder.path), folder.path),
    );
    await alice.event("listening");
    const sent: unknown[] = [];
    const say = async (text: string) => {
      await alice.type(JSON.stringify({ text, to: "bob" }));
      const event = JSON.parse(await alice.line(/"event":"(sent|problem)"/));
      if (event.event === "sent") sent.push(event.id);
      return String(event.message ?? "");
    };
    let problem = "";
    for (let n = 0; problem === "" && n < 100; n++) {
      problem = await say(`${n} ${LONG}`);
    }
    assertMatch(problem, /^the disk is full: nothing was stored/);
    await makeRoom(alice, folder.path);
    assertEquals(await say("there is room"), "");
    await alice.type("/history 1000");
    const { messages } = await alice.event("history");
    assert(Array.isArray(messages));
    assertEquals(messages.map(({ id }) => id), sent);
    alice.signal("SIGKILL");
    assertEquals((await alice.end()).stderr, "");
  },
});

Deno.test({
  name: "what arrives at a full disk is delivered once there is room",
  ignore: !canMount(),
  fn: async () => {
    using folder = new TempFolder();
    const { server, where } = await startServer();
    await using _server = server;
    const { client: alice } = await startClient("alice", where);
    await using _alice = alice;
    const { program, args } = clientCommand("bob", "0", where, "--json");
    const env = { P2PCHAT_HOME: folder.path };
    await using bob = new Program(
      onSmallDisk({ program, args, env }, folder.path),
    );
    await bob.event("registered");
    const texts = Array.from({ length: 40 }, (_, n) => `${n} ${LONG}`);
    let last: unknown;
    for (const text of texts) {
      await alice.type(JSON.stringify({ text, to: "bob" }));
      last = (await alice.event("sent")).id;
    }
    const { reason } = await bob.event("waiting");
    assertMatch(String(reason), /^the disk is full: nothing was stored/);
    await makeRoom(bob, folder.path);
    await alice.line(new RegExp(`^{"event":"delivered".*${last}`));
    await bob.type("/history 1000");
    const { messages } = await bob.event("history");
    assert(Array.isArray(messages));
    assertEquals(messages.map(({ text }) => text), texts);
    bob.signal("SIGKILL");
    assertEquals((await bob.end()).stderr, "");
  },
});
