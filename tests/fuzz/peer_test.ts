import { assertEquals, assertNotEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Address } from "../../lib/net/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { startNetwork, type TestNetwork } from "../support/test_network.ts";
import { fuzz, SECONDS, SEED } from "./fuzz.ts";
import * as hostile from "./hostile.ts";

console.log(`fuzz: seed ${SEED}, ${SECONDS} s`);

const MALLORY = Identity.generate();

/** What a stranger sends on one connection. */
type Attack = (address: Address) => Promise<void>;

/** Runs what the peer may cut off at any point. */
async function untilCut(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    // The peer has closed the connection.
  }
}

const clientID = fc.constantFrom("mallory", "alice", "bob", "Alice", "x", "");
const text = fc.record({ id: hostile.value, text: hostile.value });

const secureCall = fc.record({
  isKnown: fc.boolean(),
  clientID,
  messages: fc.array(hostile.message, { maxLength: 8 }),
  texts: fc.array(text, { maxLength: 3 }),
  bytes: fc.option(hostile.stream),
}).map(({ isKnown, clientID, messages, texts, bytes }): Attack => (address) =>
  untilCut(async () => {
    const identity = isKnown ? MALLORY : Identity.generate();
    using socket = await SecureSocket.connect(address, identity);
    await socket.send("CHAT", [["clientID", clientID]]);
    for (const { id, text } of texts) {
      const time = new Date().toISOString();
      await socket.send("MSG", [["ID", id], ["Time", time]], text);
    }
    for (const { method, headers, body } of messages) {
      await socket.send(method, headers, body);
    }
    if (bytes !== null) await socket.sendBytes(bytes);
    await socket.closeWrite();
    await socket.rest();
  })
);

const plainCall = fc.tuple(hostile.stream, hostile.lengths).map((
  [bytes, lengths],
): Attack =>
(address) =>
  untilCut(async () => {
    using socket = await PlainSocket.connect(address);
    for (const piece of hostile.cut(bytes, lengths)) await socket.send(piece);
    await socket.closeWrite();
    await socket.rest();
  })
);

/** A message of alice to bob, and whether it is the next of hers that bob shows. */
async function checkDelivery(
  { alice, bob }: TestNetwork,
  text: string,
): Promise<void> {
  await alice.peer.send("bob", text);
  for (;;) {
    const message = await bob.until("message");
    const { name, protection } = message.from;
    if (name === "alice" && protection !== "unencrypted") {
      assertEquals(message.text, text);
      return;
    }
    assertNotEquals(message.text, text);
  }
}

Deno.test("fuzz: whatever strangers send to a client, it shows each message of a peer once, and none in the peer's name", async () => {
  await using network = await startNetwork({ peers: { plain: true } });
  await checkDelivery(network, "first");
  let count = 0;
  await fuzz(
    fc.asyncProperty(
      fc.array(fc.oneof(secureCall, secureCall, plainCall), { minLength: 1 }),
      async (attacks) => {
        const { address } = network.bob.peer;
        await Promise.all(attacks.map((attack) => attack(address)));
        await checkDelivery(network, `message ${++count}`);
      },
    ),
    0.2,
  );
});
