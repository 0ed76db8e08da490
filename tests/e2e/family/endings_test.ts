import { assertEquals } from "@std/assert";
import { BlockingSocket } from "../../support/family/blocking_socket.ts";
import { delay } from "../../support/family/delay.ts";
import { freeChat } from "../../support/family/free_chat.ts";
import { OriginalPeer } from "../../support/family/original_peer.ts";
import { QUIT_FORMS } from "../../support/family/quit_forms.ts";
import { startClient } from "../../support/start.ts";

/** What a peer sends when its user leaves: the pieces, each a segment. */
interface Ending {
  readonly pieces: readonly string[];
  /** The text in it, if there is one. */
  readonly text?: string;
}

/** Each form of QUIT alone, behind text in one segment, and split. */
const ENDINGS: readonly Ending[] = QUIT_FORMS.flatMap((form) => [
  { pieces: [form] },
  { pieces: [`goodbye${form}`], text: "goodbye" },
  { pieces: [`goodbye\r\n${form}`], text: "goodbye" },
  { pieces: [form.slice(0, 2), form.slice(2)] },
  { pieces: [form.slice(0, -1), form.slice(-1)] },
]);

/** A peer for each ending, which leaves it to the other side to close. */
function leavingPeers(scope: AsyncDisposableStack): OriginalPeer[] {
  return ENDINGS.map(({ pieces: quit }, n) =>
    scope.use(
      new OriginalPeer(`bob${n}`, freeChat({ quit, staysAfterQuit: true })),
    )
  );
}

for (const isCaller of [true, false]) {
  const role = isCaller ? "caller" : "called peer";
  Deno.test(`each form of QUIT of a ${role} ends the conversation, and is not shown`, async () => {
    const { client: alice, address: { host, port } } = await startClient(
      "alice",
      "127.0.0.1:1",
      "--plain",
      "--no-register",
    );
    await using _alice = alice;
    await using scope = new AsyncDisposableStack();
    const peers = leavingPeers(scope);
    const names: unknown[] = [];
    for (const bob of peers) {
      if (isCaller) bob.call(host, port);
      else await alice.type(`/chat plain://${bob.where}`);
      // Of many from one address the client may tell only what they say.
      bob.type("hello");
      names.push((await alice.event("message")).from);
    }
    for (const bob of peers) bob.type("/quit");
    for (const _ of ENDINGS) {
      assertEquals(
        (await alice.event("disconnected")).reason,
        "the peer hung up",
      );
    }
    await alice.type("/quit");
    const { stdout } = await alice.end();
    const texts = new Map(names.map((name) => [name, Array<unknown>()]));
    for (const line of stdout.trimEnd().split("\n")) {
      const { event, from, text } = JSON.parse(line);
      if (event === "message") texts.get(from)?.push(text);
    }
    assertEquals(
      names.map((name) => texts.get(name)),
      ENDINGS.map(({ text }) =>
        text === undefined ? ["hello"] : ["hello", text]
      ),
    );
  });
}

Deno.test("a person who types CHAT, texts and QUIT into nc, line by line, talks with a client", async () => {
  const { client: alice, address: { host, port } } = await startClient(
    "alice",
    "127.0.0.1:1",
    "--plain",
    "--no-register",
  );
  await using _alice = alice;
  using nc = await BlockingSocket.connect(host, port);
  for (
    const line of ["CHAT", "clientID: carol", "IP: 127.0.0.1", "Port: 1", ""]
  ) {
    await nc.send(`${line}\n`);
    await delay(50);
  }
  await nc.send("hello\n");
  const message = await alice.event("message");
  assertEquals([message.from, message.text], ["~carol", "hello"]);
  await alice.type("hello carol");
  assertEquals(await nc.recv(), "hello carol\n");
  await nc.send("QUIT\n");
  await delay(50);
  await nc.send("\n");
  assertEquals((await alice.event("disconnected")).reason, "the peer hung up");
});
