import { assert, assertEquals } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { RecordingProxy } from "../support/recording_proxy.ts";
import type { Program } from "../support/program.ts";
import { startClient, startServer } from "../support/start.ts";

const ALICE = "alice-who-wants-to-be-alone";
const BOB = "bob-who-has-moved-away";
const HELLO = "nobody but you is to read this";
const ANSWER = "nor this, which is the answer";
const LATER = "and this waits until you are back";

/** The ways in which a text could stand in bytes. */
function formsOf(text: string): Map<string, string> {
  const forms = new Map([["as it is", text]]);
  const bytes = new TextEncoder().encode(text);
  const hex = bytes.toHex();
  forms.set("in hex", hex).set("in capital hex", hex.toUpperCase());
  forms.set("in UTF-16", Array.from(text).join("\0"));
  for (const shift of [0, 1, 2]) {
    // The digits that depend on this text alone, wherever it stands.
    const shifted = new Uint8Array([...new Uint8Array(shift), ...bytes]);
    const digits = shifted.toBase64({ omitPadding: true });
    const own = digits.slice(Math.ceil(shift * 8 / 6), -1);
    forms.set(`in base64, shifted by ${shift}`, own);
    forms.set(
      `in base64 for URLs, shifted by ${shift}`,
      own.replaceAll("+", "-").replaceAll("/", "_"),
    );
  }
  return forms;
}

/** How a text stands in bytes, if it does. */
function found(text: string, bytes: Uint8Array): string[] {
  const all = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return Array.from(formsOf(text))
    .filter(([_, form]) => all.includes(form))
    .map(([how]) => how);
}

async function says(from: Program, to: Program, text: string): Promise<void> {
  await from.type(text);
  for (;;) {
    const event = await to.event("message");
    if (event.text === text) return;
  }
}

/** A whole conversation, with somebody in between in every place. */
async function capture(): Promise<{
  bytes: Uint8Array;
  addresses: string[];
}> {
  const { server, address } = await startServer();
  await using _server = server;
  await using toRegistry = new RecordingProxy(address);
  await using toAlice = new RecordingProxy();
  await using toBob = new RecordingProxy();
  const where = formatAddress(toRegistry.address);
  const addresses: string[] = [];
  const start = async (clientID: string, forwarder: RecordingProxy) => {
    const { client, address } = await startClient(
      clientID,
      where,
      "--advertise",
      String(forwarder.address.port),
    );
    forwarder.to = address;
    addresses.push(formatAddress(address), formatAddress(forwarder.address));
    return client;
  };
  await using alice = await start(ALICE, toAlice);
  {
    await using bob = await start(BOB, toBob);
    await alice.type("/info");
    await alice.event("clients");
    await alice.type(`/chat ${BOB}`);
    await alice.event("connected");
    await says(alice, bob, HELLO);
    await says(bob, alice, ANSWER);
    await bob.type("/quit");
    assertEquals((await bob.end()).code, 0);
  }
  await alice.type(`/to ${BOB}`);
  await alice.type(LATER);
  await alice.event("left");
  await alice.type("/quit");
  assertEquals((await alice.end()).code, 0);
  assert(toRegistry.connections >= 2 && toBob.connections >= 1);
  const bytes = new Uint8Array([
    ...toRegistry.captured,
    ...toAlice.captured,
    ...toBob.captured,
  ]);
  return { bytes, addresses };
}

Deno.test("no text, no client ID and no address crosses the network in any form", async () => {
  const { bytes, addresses } = await capture();
  assertEquals(found("HELLO\r\nVersion: 1\r\n", bytes), ["as it is"]);
  for (const text of [ALICE, BOB, HELLO, ANSWER, LATER, ...addresses]) {
    assertEquals(found(text, bytes), [], text);
  }
  // Nor the names of what is done.
  for (const text of ["REGISTER", "BRIDGE", "clientID", "127.0.0.1"]) {
    assertEquals(found(text, bytes), [], text);
  }
});

Deno.test("the search finds a text on the wire in every form that it looks for", () => {
  for (const text of [ALICE, HELLO, "127.0.0.1:40141"]) {
    for (let shift = 0; shift < 3; shift++) {
      const around = "x".repeat(shift) + text + "y".repeat(shift);
      const bytes = new TextEncoder().encode(around);
      for (
        const form of [
          around,
          bytes.toHex(),
          bytes.toHex().toUpperCase(),
          bytes.toBase64(),
          bytes.toBase64({ alphabet: "base64url" }),
          Array.from(around).join("\0"),
        ]
      ) {
        assert(found(text, new TextEncoder().encode(form)).length > 0, form);
      }
    }
  }
});
