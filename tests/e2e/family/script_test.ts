import { assertEquals } from "@std/assert";
import { at } from "../../support/at.ts";
import { clientCommand } from "../../support/command.ts";
import { freeChat } from "../../support/family/free_chat.ts";
import { OriginalPeer } from "../../support/family/original_peer.ts";
import { OriginalRegistry } from "../../support/family/original_registry.ts";
import { register } from "../../support/family/registry_client.ts";
import { runScript } from "../../support/script.ts";

/**
 * How often the script is run, until it is read as it should be: on a machine
 * that is busy the reader may be so late that it reads two writes at once.
 */
const MAX_RUNS = 10;

Deno.test("a script that calls, says something and quits is read in three reads: CHAT, the text and QUIT", async () => {
  let reads: readonly string[] = [];
  for (let run = 0; run < MAX_RUNS && reads.length !== 3; run++) {
    reads = await readsOfScript();
  }
  const [chat, text, quit, ...more] = reads;
  assertEquals(
    chat?.replace(/\d+(?=\r\n\r\n$)/, "0"),
    "CHAT\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 0\r\n\r\n",
  );
  assertEquals([text, quit, more], ["hello", "QUIT\r\n\r\n", []]);
});

/** What bob reads from a script of alice, read by read. */
async function readsOfScript(): Promise<readonly string[]> {
  await using registry = new OriginalRegistry({ unknown: "close" });
  await using bob = new OriginalPeer("bob", freeChat());
  await register(registry, "bob", bob);
  const { code, events } = await runScript(
    clientCommand(
      "alice",
      "0",
      `plain://${registry.where}`,
      "--plain",
      "--json",
    ),
    "/chat bob",
    "hello",
    "/quit",
  );
  assertEquals([code, events("problem"), events("sent").length], [0, [], 1]);
  return at(bob.connections, 0).texts;
}
