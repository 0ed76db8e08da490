import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Address } from "../../../lib/net/mod.ts";
import { clientCommand } from "../../support/command.ts";
import { eventually } from "../../support/eventually.ts";
import { exactChat } from "../../support/family/exact_chat.ts";
import { freeChat } from "../../support/family/free_chat.ts";
import { HABITS } from "../../support/family/habits.ts";
import { heard } from "../../support/family/heard.ts";
import { OriginalPeer } from "../../support/family/original_peer.ts";
import { register } from "../../support/family/registry_client.ts";
import { strictTurns } from "../../support/family/strict_turns.ts";
import type { Program } from "../../support/program.ts";
import { runScript } from "../../support/script.ts";
import { startClient, startServer } from "../../support/start.ts";

type Turn = readonly [said: string, answered: string];

/** What the caller says, and what the other side answers. */
const TURNS: readonly [Turn, ...Turn[]] = [
  ["one: hello", "two: hello to you"],
  ["three", "four: déjà vu 😀"],
];

/** Alice, who talks in plain and is not registered. */
async function startAlice(): Promise<{ client: Program; address: Address }> {
  return await startClient(
    "alice",
    "127.0.0.1:1",
    "--plain",
    "--no-register",
  );
}

/** Alice says something, and bob's user sees it. */
async function aliceSays(
  text: string,
  alice: Program,
  bob: OriginalPeer,
): Promise<void> {
  await alice.type(text);
  assertEquals((await alice.event("sent")).text, text);
  assertEquals(await bob.shown.next(), text);
}

/** Alice calls bob, both talk, and alice hangs up. */
async function aliceCalls(
  alice: Program,
  target: string,
  bob: OriginalPeer,
): Promise<void> {
  await alice.type(`/chat ${target}`);
  await alice.event("connected");
  assertEquals(await bob.callers.next(), "alice");
  for (const [said, answered] of TURNS) {
    await aliceSays(said, alice, bob);
    bob.type(answered);
    assertEquals((await alice.event("message")).text, answered);
  }
  await alice.type("/hangup");
  assertEquals((await alice.event("disconnected")).reason, "you hung up");
  assertEquals(bob.connections.length, 1);
  assert(!bob.connections[0]?.texts.join("").includes("HELLO"));
  assertEquals(heard(bob.connections), TURNS.map(([said]) => said).join(""));
  assertEquals(bob.died, undefined);
}

for (const [what, habit] of Object.entries(HABITS)) {
  Deno.test(`/chat plain://HOST:PORT sends no HELLO to ${what}, and all is heard`, async () => {
    const { client: alice } = await startAlice();
    await using _alice = alice;
    await using bob = new OriginalPeer("bob", habit);
    await aliceCalls(alice, `plain://${bob.where}`, bob);
  });

  Deno.test(`${what} calls, and all is heard`, async () => {
    const { client: alice, address: { host, port } } = await startAlice();
    await using _alice = alice;
    await using bob = new OriginalPeer("bob", habit);
    // The first text may come in one segment with CHAT.
    const [[first]] = TURNS;
    bob.type(first);
    bob.call(host, port);
    assertEquals((await alice.event("connected")).name, "~bob");
    for (const [said, answered] of TURNS) {
      if (said !== first) bob.type(said);
      assertEquals((await alice.event("message")).text, said);
      await aliceSays(answered, alice, bob);
    }
    bob.type("/quit");
    assertEquals(
      (await alice.event("disconnected")).reason,
      "the peer hung up",
    );
    assertEquals(bob.died, undefined);
    await alice.type("/quit");
    const { stdout } = await alice.end();
    assertEquals(messagesIn(stdout), TURNS.map(([said]) => said));
  });

  Deno.test(`/chat HOST:PORT with --plain: what is reported as sent to ${what} has been read by it`, async () => {
    await using bob = new OriginalPeer("bob", habit);
    // A peer that takes turns reads only as long as its user types.
    for (const [_, answered] of TURNS) bob.type(answered);
    const { code, events } = await runScript(
      clientCommand("alice", "0", "--plain", "--no-register", "--json"),
      `/chat ${bob.where}`,
      ...TURNS.map(([said]) => said),
      "/quit",
    );
    assertEquals(code, 0);
    const sent = events("sent").map(({ text }) => text).join("");
    await eventually(
      () => heard(bob.connections) === sent,
      () => [sent, heard(bob.connections)],
    );
  });
}

for (
  const [does, habit] of [
    ["reads and writes at any time", freeChat()],
    ["takes strict turns", strictTurns],
    ["matches CHAT by an exact pattern", exactChat],
  ] as const
) {
  Deno.test(`/chat bob reaches a peer that ${does} through the registry, and all is heard`, async () => {
    const { server, where, address } = await startServer();
    await using _server = server;
    await using bob = new OriginalPeer("bob", habit);
    await register({ hostname: address.host, port: address.port }, "bob", bob);
    const { client: alice } = await startClient("alice", where, "--plain");
    await using _alice = alice;
    await aliceCalls(alice, "bob", bob);
  });
}

Deno.test("where a peer ends at HELLO, the sentence names plain://HOST:PORT", async () => {
  await using bob = new OriginalPeer("bob", exactChat);
  const { events } = await runScript(
    clientCommand("alice", "0", "--plain", "--no-register", "--json"),
    `/chat ${bob.where}`,
    "hello",
    "/quit",
  );
  assertMatch(String(bob.died), /HELLO/);
  const [problem] = events("problem");
  assertMatch(String(problem?.message), /plain:\/\/127/);
  assertEquals(events("sent"), []);
});

/** The texts of the messages that a client's output shows. */
function messagesIn(stdout: string): unknown[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ event }) => event === "message")
    .map(({ text }) => text);
}
