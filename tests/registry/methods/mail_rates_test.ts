import { assert, assertEquals, assertLess } from "@std/assert";
import { MAX_LETTER_BYTES } from "../../../lib/protocol/mod.ts";
import { REGISTRY_RATES } from "../../../lib/registry/mod.ts";
import { Identity } from "../../../lib/secure/mod.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import { startRegistry } from "../../support/test_registry.ts";

const KIB = 1024;
const LARGEST = "x".repeat(MAX_LETTER_BYTES);

/** A client with a key, and the headers of a letter to itself. */
async function start() {
  const stack = new AsyncDisposableStack();
  // The clock stands still: nothing of a rate comes back.
  const registry = stack.use(startRegistry({ clock: () => 0 }));
  const identity = Identity.generate();
  const { address } = registry;
  const client = stack.use(await SecureSocket.connect(address, identity));
  // Under another ID than the one of the mailbox it is not told of letters.
  for (const clientID of ["eve", "other"]) {
    await client.ask("REGISTER", [["clientID", clientID], ["Port", "1"]]);
  }
  const key = identity.publicKey.toBase64();
  return {
    client,
    headers: [["target", "eve"], ["Key", key]] as const,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("a client that leaves, collects and drops letters to itself is told to wait", async () => {
  await using eve = await start();
  const { client, headers } = eve;
  let written = 0;
  for (let letters = 0;; letters++) {
    assertLess(letters, 100, "it is never told to wait");
    const reply = await client.ask("DEPOSIT", headers, LARGEST);
    if (reply.method !== "DEPOSITACK") {
      assertEquals(reply.get("Code"), "429");
      assert(Number(reply.get("Wait")) > 0);
      break;
    }
    written += MAX_LETTER_BYTES;
    const last = (await client.ask("COLLECT")).get("Numbers") ?? "";
    await client.ask("COLLECT", [["Done", last]]);
  }
  const { burst } = REGISTRY_RATES.depositedBytes;
  assertEquals(burst, 2048 * KIB);
  assertLess(Math.abs(written - burst), 2 * MAX_LETTER_BYTES);
  assertEquals((await client.ask("PING")).method, "PONG");
});

Deno.test("a client that collects the same letter again and again is told to wait", async () => {
  await using eve = await start();
  const { client, headers } = eve;
  await client.ask("DEPOSIT", headers, LARGEST);
  let read = 0;
  for (let times = 0;; times++) {
    assertLess(times, 100, "it is never told to wait");
    const reply = await client.ask("COLLECT");
    if (reply.method !== "COLLECTACK") {
      assertEquals(reply.get("Code"), "429");
      break;
    }
    read += reply.text().length;
  }
  const { burst } = REGISTRY_RATES.collectedBytes;
  assertLess(Math.abs(read - burst), 2 * MAX_LETTER_BYTES);
});
