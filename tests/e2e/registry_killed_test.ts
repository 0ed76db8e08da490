import { setTimeout as sleep } from "node:timers/promises";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { clientCommand, serverCommand } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { startServer } from "../support/start.ts";

/** How often the registry is killed. */
const KILLS = 5;

/** A client whose home outlives it, under JSON lines. */
function clientIn(home: string, clientID: string, where: string): Program {
  const { program, args } = clientCommand(clientID, "0", where, "--json");
  return new Program({ program, args, env: { P2PCHAT_HOME: home } });
}

Deno.test("a registry that is killed at any moment keeps all claims and letters that it has acknowledged", async () => {
  using folder = new TempFolder();
  await using scope = new AsyncDisposableStack();
  const state = folder.join("state");
  const { server: first, where } = await startServer("--state", state);
  let server = scope.use(first);
  {
    await using bob = clientIn(folder.join("bob"), "bob", where);
    await bob.event("registered");
  }
  const left: unknown[] = [];
  {
    await using alice = clientIn(folder.join("alice"), "alice", where);
    await alice.event("registered");
    let number = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      for (let n = 0; n < 40; n++) {
        const text = `${number++}`;
        await alice.type(JSON.stringify({ text, to: "bob" }));
      }
      // The first that is left, then some more, by chance.
      left.push((await alice.event("left")).id);
      await sleep(Math.random() * 50);
      server.signal("SIGKILL");
      await server.end();
      server = scope.use(
        new Program(serverCommand("--listen", where, "--state", state)),
      );
      await server.line(/^listening on /);
    }
    alice.signal("SIGKILL");
    const { stdout } = await alice.end();
    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const all = events.filter(({ event }) => event === "left");
    left.splice(0, left.length, ...new Set(all.map(({ id }) => id)));
  }
  {
    await using mallory = clientIn(folder.join("mallory"), "bob", where);
    const { message } = await mallory.event("problem");
    assertMatch(String(message), /bob belongs to another key/);
  }
  await using bob = clientIn(folder.join("bob"), "bob", where);
  await bob.line(new RegExp(`^{"event":"message".*${left.at(-1)}`));
  await bob.type("/history 999");
  const { messages } = await bob.event("history");
  assert(Array.isArray(messages) && left.length >= KILLS);
  const ids = messages.map(({ id }) => id);
  // What was left last may have been taken without a word of it.
  assertEquals(ids.slice(0, left.length), left);
  assertEquals(ids, [...new Set(ids)].sort());
});
