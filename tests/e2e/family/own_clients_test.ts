import { assertEquals } from "@std/assert";
import { OriginalRegistry } from "../../support/family/original_registry.ts";
import type { Program } from "../../support/program.ts";
import { startClient, startServer } from "../../support/start.ts";

/** Both say something, and both see it. */
async function assertTalk(alice: Program, bob: Program): Promise<void> {
  for (const [from, to] of [[alice, bob], [bob, alice]] as const) {
    await from.type("hello");
    assertEquals((await to.event("message")).text, "hello");
  }
}

Deno.test("two clients with --plain talk secure by address", async () => {
  const nowhere = "127.0.0.1:1";
  const flags = ["--plain", "--no-register"];
  const { client: alice } = await startClient("alice", nowhere, ...flags);
  await using _alice = alice;
  const { client: bob, address } = await startClient("bob", nowhere, ...flags);
  await using _bob = bob;
  await alice.type(`/chat ${address.host}:${address.port}`);
  for (const client of [alice, bob]) {
    assertEquals((await client.event("connected")).protection, "pinned");
  }
  await assertTalk(alice, bob);
});

Deno.test("two clients with --plain talk secure through the registry", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: alice } = await startClient("alice", where, "--plain");
  await using _alice = alice;
  const { client: bob } = await startClient("bob", where, "--plain");
  await using _bob = bob;
  await alice.type("/chat bob");
  for (const client of [alice, bob]) {
    assertEquals((await client.event("connected")).protection, "pinned");
  }
  await assertTalk(alice, bob);
});

Deno.test("two clients that a registry without the secure mode introduces talk with each other", async () => {
  await using registry = new OriginalRegistry({ unknown: "close" });
  const where = `plain://${registry.where}`;
  const { client: alice } = await startClient("alice", where, "--plain");
  await using _alice = alice;
  const { client: bob } = await startClient("bob", where, "--plain");
  await using _bob = bob;
  await alice.type("/chat bob");
  for (const client of [alice, bob]) await client.event("connected");
  await assertTalk(alice, bob);
  await alice.type("/quit");
  assertEquals((await bob.event("disconnected")).reason, "the peer hung up");
});
