import { setTimeout as delay } from "node:timers/promises";
import { assertEquals } from "@std/assert";
import { CLAIM_TTL_S, LETTER_TTL_S } from "../../lib/protocol/mod.ts";
import { openStateFolder, Registry } from "../../lib/registry/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { FAST_REGISTRY } from "../support/timings.ts";

const DAY_S = 24 * 60 * 60;

/** A registry on a clock that the test moves, whose state is in a folder. */
class FolderRegistry implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly #registry: Registry;
  #nowMs = 0;
  #ticked = Promise.withResolvers<void>();

  private constructor(
    state: Awaited<ReturnType<typeof openStateFolder>>,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack;
    this.#registry = stack.use(Registry.listen({
      ...state,
      listen: { host: "127.0.0.1", port: 0 },
      plain: false,
      timings: FAST_REGISTRY,
      clock: () => {
        this.#ticked.resolve();
        return this.#nowMs;
      },
    }));
  }

  static async start(folder: string): Promise<FolderRegistry> {
    const stack = new AsyncDisposableStack();
    return new FolderRegistry(stack.use(await openStateFolder(folder)), stack);
  }

  /** Moves the clock on, and waits until the registry has swept. */
  async pass(seconds: number): Promise<void> {
    this.#nowMs += seconds * 1000;
    this.#ticked = Promise.withResolvers();
    await this.#ticked.promise;
    await delay(0);
  }

  /** The code with which a key is refused a client ID; undefined if it has it. */
  async refusal(
    clientID: string,
    identity: Identity,
  ): Promise<string | undefined> {
    using client = await SecureSocket.connect(this.#registry.address, identity);
    const headers = [["clientID", clientID], ["Port", "1"]] as const;
    return (await client.ask("REGISTER", headers)).get("Code");
  }

  /** Leaves a letter of one client for another. */
  async deposit(from: Identity, to: string, key: Identity): Promise<void> {
    using client = await SecureSocket.connect(this.#registry.address, from);
    await client.ask("REGISTER", [["clientID", "sender"], ["Port", "1"]]);
    const headers = [["target", to], [
      "Key",
      key.publicKey.toBase64(),
    ]] as const;
    const reply = await client.ask("DEPOSIT", headers, "sealed");
    assertEquals(reply.method, "DEPOSITACK");
  }

  /** The letters that wait for a key. */
  async letters(identity: Identity): Promise<string> {
    using client = await SecureSocket.connect(this.#registry.address, identity);
    return (await client.ask("COLLECT")).text();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

function identities() {
  return {
    alice: Identity.generate(),
    bob: Identity.generate(),
    other: Identity.generate(),
  };
}

/** Sets the machine's clock wrong, until it is disposed of. */
function wrongClock(byS: number): Disposable {
  const { now } = Date;
  Date.now = () => now() + byS * 1000;
  return { [Symbol.dispose]: () => Date.now = now };
}

Deno.test("a claim and a letter outlive a start of the registry with a clock that is 91 days ahead", async () => {
  using temp = new TempFolder();
  const { alice, bob, other } = identities();
  {
    await using registry = await FolderRegistry.start(temp.path);
    assertEquals(await registry.refusal("alice", alice), undefined);
    await registry.deposit(bob, "alice", alice);
  }
  {
    using _clock = wrongClock(91 * DAY_S);
    await using registry = await FolderRegistry.start(temp.path);
    await registry.pass(60);
    assertEquals(await registry.refusal("alice", other), "403");
    assertEquals(await registry.letters(alice), "sealed");
    await registry.pass(60);
  }
  await using registry = await FolderRegistry.start(temp.path);
  assertEquals(await registry.refusal("alice", other), "403");
  assertEquals(await registry.letters(alice), "sealed");
  assertEquals(await registry.refusal("alice", alice), undefined);
});

Deno.test("a claim lapses when the registry has run for 90 days without its use, and a letter after 7", async () => {
  using temp = new TempFolder();
  const { alice, bob, other } = identities();
  {
    await using registry = await FolderRegistry.start(temp.path);
    assertEquals(await registry.refusal("alice", alice), undefined);
    await registry.deposit(bob, "alice", alice);
  }
  for (let ranS = 0; ranS < LETTER_TTL_S; ranS += DAY_S) {
    await using registry = await FolderRegistry.start(temp.path);
    assertEquals(await registry.letters(alice), "sealed");
    await registry.pass(DAY_S);
  }
  for (let ranS = LETTER_TTL_S; ranS < CLAIM_TTL_S; ranS += DAY_S) {
    await using registry = await FolderRegistry.start(temp.path);
    assertEquals(await registry.letters(alice), "");
    assertEquals(await registry.refusal("alice", other), "403");
    await registry.pass(DAY_S);
  }
  await using registry = await FolderRegistry.start(temp.path);
  assertEquals(await registry.refusal("alice", other), undefined);
});

Deno.test("a registry that is stopped has stored how long it has run", async () => {
  using temp = new TempFolder();
  for (let starts = 1; starts <= 3; starts++) {
    {
      await using registry = await FolderRegistry.start(temp.path);
      await registry.pass(0);
      // The next sweep, which stores it, too, would be due after 60 s.
      await registry.pass(50);
    }
    using state = await openStateFolder(temp.path);
    assertEquals(state.store.runTime.atOpenS, starts * 50);
  }
});
