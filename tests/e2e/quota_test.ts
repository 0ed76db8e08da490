import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { formatAddress, parseAddress } from "../../lib/net/mod.ts";
import { nextULID } from "../../lib/peer/store/ulid.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { clientCommand } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { unusedAddress } from "../support/unused_address.ts";

/** How many strangers send, and how much each of them. */
const STRANGERS = 3;
const LINKS = 2;
const MESSAGES = 200;
const TEXT_BYTES = 60_000;

/** The quota of a stranger. */
const QUOTA_BYTES = 4 * 1024 * 1024;

/** How much more than the texts the store has, with the index of their words. */
const STORED_PER_BYTE = 3;

/** A text of words that are in no other one. */
function text(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TEXT_BYTES / 2));
  return bytes.toHex().replaceAll(/.{7}(.)/g, (word) => `${word.slice(0, 7)} `);
}

/** Sends messages on a link, and waits until the client has dealt with them. */
async function send(socket: SecureSocket, clientID: string): Promise<void> {
  await socket.send("CHAT", [["clientID", clientID]]);
  await socket.until("CHAT");
  let id = "";
  for (let n = 0; n < MESSAGES; n++) {
    id = nextULID(id, Date.now());
    await socket.send("MSG", [
      ["ID", id],
      ["Time", "2026-11-24T08:40:00.123Z"],
    ], text());
  }
  await socket.send("PING");
  await socket.until("PONG");
}

Deno.test("strangers that send all that they can fill no more of the disk than their quotas, and the user is told once of each", async () => {
  using home = new TempFolder();
  const registry = formatAddress(unusedAddress());
  await using client = new Program({
    ...clientCommand(
      "alice",
      "0",
      registry,
      "--json",
      "--no-register",
      "--accept",
      "all",
    ),
    env: { P2PCHAT_HOME: home.path },
  });
  const { address } = await client.event("listening");
  const there = parseAddress(String(address));
  for (let n = 0; n < STRANGERS; n++) {
    const identity = Identity.generate();
    for (let link = 0; link < LINKS; link++) {
      using socket = await SecureSocket.connect(there, identity);
      await send(socket, `eve${n}`);
    }
  }
  const sent = STRANGERS * LINKS * MESSAGES * TEXT_BYTES;
  const quotas = STRANGERS * QUOTA_BYTES;
  const stored = sizeOf(home.path);
  assertGreater(sent, quotas * STORED_PER_BYTE);
  assertLess(stored, quotas * STORED_PER_BYTE);

  await client.type("/quit");
  const { stdout } = await client.end();
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const told = events.filter(({ event }) => event === "overQuota");
  assertEquals(
    told.map(({ what, name, bytes }) => [what, name, bytes]),
    Array.from({ length: STRANGERS }, (_, n) => [
      "client",
      `eve${n}`,
      QUOTA_BYTES,
    ]),
  );
});

/** How many bytes the files in a folder and below it have. */
function sizeOf(folder: string): number {
  let size = 0;
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    size += isDirectory ? sizeOf(path) : Deno.statSync(path).size;
  }
  return size;
}
