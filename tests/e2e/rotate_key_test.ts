import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { clientCommand, sourceCommand } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { startServer } from "../support/start.ts";
import { TempFolder } from "../support/temp_folder.ts";

/** The steps of a replacement that change what is on the disk. */
const STEPS = [
  "replace",
  "saveIdentity",
  "markSaved",
  "settle",
  "markDeposited",
  "removeMailbox",
];

/** A registry, and clients whose homes outlive them. */
class Homes implements AsyncDisposable {
  readonly #folder = new TempFolder();
  readonly #scope = new AsyncDisposableStack();

  private constructor(readonly where: string) {}

  static async open(): Promise<Homes> {
    const { server, where } = await startServer();
    const homes = new Homes(where);
    homes.#scope.use(homes.#folder);
    homes.#scope.use(server);
    return homes;
  }

  /** Starts a client, and waits until it is registered. */
  start(clientID: string): Promise<Program> {
    return this.#start(
      clientID,
      clientCommand(clientID, "0", this.where, "--json"),
    );
  }

  /** Starts a client that kills itself when it replaces its key. */
  startKilled(clientID: string, ...step: string[]): Promise<Program> {
    const main = "tests/e2e/killed_rotation_main.ts";
    return this.#start(
      clientID,
      sourceCommand(main, clientID, this.where, ...step),
    );
  }

  async #start(
    clientID: string,
    { program, args }: ReturnType<typeof clientCommand>,
  ): Promise<Program> {
    const env = { P2PCHAT_HOME: this.#folder.join(clientID) };
    const client = this.#scope.use(new Program({ program, args, env }));
    await client.event("registered");
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}

function send(from: Program, to: string, text: string): Promise<void> {
  return from.type(JSON.stringify({ text, to }));
}

/** Waits for a message; those before it are not passed over. */
async function receive(program: Program, text: string): Promise<void> {
  assertEquals((await program.event("message")).text, text);
}

/** Ends a client in the ordinary way. */
async function end(program: Program): Promise<void> {
  await program.endInput();
  assertEquals((await program.end()).code, 0);
}

async function fingerprintOf(program: Program): Promise<unknown> {
  await program.type("/whoami");
  return (await program.event("whoami")).fingerprint;
}

Deno.test("a key is replaced at the prompt, and a contact who was away takes the new one", async () => {
  await using homes = await Homes.open();
  const alice = await homes.start("alice");
  {
    const bob = await homes.start("bob");
    await send(alice, "bob", "before");
    await receive(bob, "before");
    await alice.event("delivered");
    await end(bob);
  }
  const old = await fingerprintOf(alice);
  await alice.type("/rotate-key");
  const { fingerprint, unsaved } = await alice.event("rotated");
  assertNotEquals(fingerprint, old);
  assertEquals(unsaved, undefined);
  await send(alice, "bob", "after");
  await alice.event("left");
  await end(alice);
  const bob = await homes.start("bob");
  const told = await bob.event("keyRotated");
  assertEquals(told.name, "alice");
  assertEquals(told.fingerprint, fingerprint);
  await receive(bob, "after");
  const again = await homes.start("alice");
  assertEquals(await fingerprintOf(again), fingerprint);
});

/**
 * Kills a client at each step of a replacement, and has it talk to a contact that
 * is online, and to one that was away. A contact takes eight new keys a day.
 */
async function killAtEachStep(moment: string): Promise<void> {
  await using homes = await Homes.open();
  {
    const alice = await homes.start("alice");
    const bob = await homes.start("bob");
    await send(alice, "bob", "first");
    await receive(bob, "first");
    await alice.event("delivered");
    await end(bob);
    await end(alice);
  }
  const carol = await homes.start("carol");
  for (const step of STEPS) {
    const where = `${moment} ${step}`;
    const killed = await homes.startKilled("alice", moment, step);
    await send(killed, "carol", `${where}: 1`);
    await receive(carol, `${where}: 1`);
    await killed.event("delivered");
    await send(killed, "bob", `${where}: 1`);
    await killed.event("left");
    await killed.type("/rotate-key");
    const { code } = await killed.end();
    assertEquals(code, 128 + 9, where);

    const alice = await homes.start("alice");
    await send(alice, "carol", `${where}: 2`);
    await receive(carol, `${where}: 2`);
    await send(carol, "alice", `${where}: 3`);
    await receive(alice, `${where}: 3`);
    const bob = await homes.start("bob");
    await receive(bob, `${where}: 1`);
    await send(bob, "alice", `${where}: 4`);
    await receive(alice, `${where}: 4`);
    await send(alice, "bob", `${where}: 5`);
    await receive(bob, `${where}: 5`);
    const { stdout } = await endWith(bob);
    assert(!stdout.includes('"keyChanged"'), stdout);
    await end(alice);
  }
  // Where alice was killed before carol was told, carol is warned first.
  const { stdout } = await endWith(carol);
  assertMatch(stdout, /"keyRotated"/);
}

for (const moment of ["before", "after"]) {
  Deno.test(`a client that is killed ${moment} any step of /rotate-key keeps its identity, its claim, its contacts and all messages`, () =>
    killAtEachStep(moment));
}

/** Ends a client, and gives all that it wrote. */
async function endWith(program: Program): Promise<{ stdout: string }> {
  await program.endInput();
  return await program.end();
}
