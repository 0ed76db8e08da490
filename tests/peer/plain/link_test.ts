import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { formatAddress, type Wire } from "../../../lib/net/mod.ts";
import { PeerError } from "../../../lib/peer/mod.ts";
import { PlainLink } from "../../../lib/peer/plain/mod.ts";
import { PEER_TIMINGS } from "../../../lib/peer/timings.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { acceptPlainRetry } from "../../support/plain_socket.ts";
import { limited } from "../../support/time_limit.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { at } from "../../support/at.ts";
import { FAST_PEER, PATIENT_PLAIN } from "../../support/timings.ts";

const CHAT = "CHAT\r\nclientID: carol\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n";

/** A program that listens, and a peer that has dialled it in plain. */
async function dialled(alice: TestPeer): Promise<PlainSocket> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = acceptPlainRetry(listener);
  await alice.peer.chat(`127.0.0.1:${listener.addr.port}`);
  await alice.expect("connected");
  return PlainSocket.over(await accepted);
}

/** A link whose connection breaks after some text has arrived. */
function resetAfter(text: string, error: Error): PlainLink {
  const segments = [new TextEncoder().encode(text)];
  const wire: Wire = {
    remote: { host: "127.0.0.1", port: 1 },
    read: () => {
      const segment = segments.shift();
      return segment ? Promise.resolve(segment) : Promise.reject(error);
    },
    write: () => Promise.resolve(),
    closeWrite: () => Promise.resolve(),
    close: () => {},
  };
  return new PlainLink(wire, {
    clientID: "alice",
    address: { host: "127.0.0.1", port: 2 },
    onClientID: () => {},
    timings: { ...PEER_TIMINGS, ...PATIENT_PLAIN },
  });
}

Deno.test("dialling opens with CHAT, to the byte", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await dialled(alice);
  assertEquals(
    await other.recv(),
    `CHAT\r\nclientID: alice\r\nIP: 127.0.0.1\r\n` +
      `Port: ${alice.peer.address.port}\r\n\r\n`,
  );
});

Deno.test("a raw program that is dialled and speaks first gets raw text, to the byte", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await dialled(alice);
  await other.until("\r\n\r\n");
  await other.send("hi there");
  assertEquals(await alice.message(), "hi there");
  const { name } = at(alice.peer.parties, 0);
  await alice.peer.send(name, "hello\nyou 😀");
  assertEquals(await other.recv(), "hello\nyou 😀");
});

Deno.test("a raw program that is dialled and waits gets raw text, and nothing before it but CHAT", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await dialled(alice);
  await other.until("\r\n\r\n");
  const { name } = at(alice.peer.parties, 0);
  await alice.peer.send(name, "hello");
  assertEquals(await other.recv(), "hello");
  await alice.peer.send(name, "again");
  assertEquals(await other.recv(), "again");
});

Deno.test("a raw program that dials without CHAT is sent raw text", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("hi");
  const name = await alice.connected();
  assertMatch(name, /^127\.0\.0\.1:\d+$/);
  assertEquals(await alice.message(), "hi");
  await alice.peer.send(name, "MSG");
  assertEquals(await other.recv(), "MSG");
});

Deno.test("a raw program that dials and stays silent is sent raw text", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    plainIntroductionTimeoutMs: FAST_PEER.plainIntroductionTimeoutMs,
  });
  using other = await PlainSocket.connect(alice.peer.address);
  await alice.peer.send(await alice.connected(), "anybody there?");
  assertEquals(await other.recv(), "anybody there?");
});

Deno.test("a raw program that opens with CHAT has the name that it gave and is sent raw text", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(CHAT + "hi");
  assertEquals(await alice.connected(), "~carol");
  assertEquals(await alice.message(), "hi");
  await alice.peer.send("~carol", "hello");
  assertEquals(await other.recv(), "hello");
});

Deno.test("CHAT and what follows are read the same split at every byte", async () => {
  await using alice = TestPeer.plain("alice");
  const bytes = CHAT + "hello";
  for (let at = 1; at < bytes.length; at++) {
    using other = await PlainSocket.connect(alice.peer.address);
    await other.send(bytes.slice(0, at));
    await other.send(bytes.slice(at));
    assertEquals(await alice.connected(), "~carol");
    let text = "";
    while (text.length < "hello".length) text += await alice.message();
    assertEquals(text, "hello");
    await other.send("QUIT\r\n\r\n");
    await alice.expect("disconnected");
  }
});

Deno.test("a program that opens with CHAT and frames its messages is framed to", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(CHAT + "MSG\r\nContent-Length: 3\r\n\r\na\nb");
  assertEquals(await alice.connected(), "~carol");
  assertEquals(await alice.message(), "a\nb");
  await alice.peer.send("~carol", "c\n\nd");
  assertEquals(await other.recv(), "MSG\r\nContent-Length: 4\r\n\r\nc\n\nd");
});

Deno.test("a program that is dialled and frames its messages is framed to", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await dialled(alice);
  await other.until("\r\n\r\n");
  await other.send("MSG\r\nContent-Length: 2\r\n\r\nhi");
  assertEquals(await alice.message(), "hi");
  const { name } = at(alice.peer.parties, 0);
  const sent = [alice.peer.send(name, "a"), alice.peer.send(name, "QUIT")];
  const hungUp = alice.peer.hangUp(name);
  assertEquals(
    await other.rest(),
    "MSG\r\nContent-Length: 1\r\n\r\na" +
      "MSG\r\nContent-Length: 4\r\n\r\nQUITQUIT\r\n\r\n",
  );
  await other.closeWrite();
  await Promise.all([...sent, hungUp]);
});

Deno.test("a program that frames after raw text has been sent to it goes on with raw text", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(CHAT);
  assertEquals(await alice.connected(), "~carol");
  await alice.peer.send("~carol", "hello");
  assertEquals(await other.recv(), "hello");
  await other.send("MSG\r\nContent-Length: 3\r\n\r\na\nb");
  assertEquals(await alice.message(), "a\nb");
  await alice.peer.send("~carol", "again");
  assertEquals(await other.recv(), "again");
});

Deno.test("an empty line is neither answered nor shown", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(CHAT + "\r\n");
  assertEquals(await alice.connected(), "~carol");
  await alice.peer.send("~carol", "hello");
  assertEquals(await other.recv(), "hello\r\n");
  await other.send("hi");
  assertEquals(await alice.message(), "hi");
});

Deno.test("MSG without CHAT is raw text", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("MSG\r\nContent-Length: 1\r\n\r\na");
  await alice.connected();
  assertEquals(await alice.message(), "MSG\r\nContent-Length: 1\r\n\r\na");
});

Deno.test("QUIT ends a raw conversation, also behind a text and split in two", async () => {
  await using alice = TestPeer.plain("alice");
  for (const pieces of [["bye", "QUIT\r\n\r\n"], ["byeQUIT\r", "\n\r\n"]]) {
    using other = await PlainSocket.connect(alice.peer.address);
    for (const piece of pieces) await other.send(piece);
    await alice.connected();
    assertEquals(await alice.message(), "bye");
    assertEquals(
      (await alice.expect("disconnected")).reason,
      "the peer hung up",
    );
  }
});

Deno.test("QUIT and CHAT are recognised however they are split into segments that come 1 s apart", async () => {
  const chatEnd = "\r\nclientID: carol\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n";
  const cases: [pieces: string[], name: string, texts: string[]][] = [
    [["QU", "IT\r\n\r\n"], "", []],
    [["Q", "U", "I", "T"], "", []],
    [["QUIT\r", "\n\r\n"], "", []],
    [["byeQUIT", "\r\n\r\n"], "", ["bye"]],
    [["bye\r\nQU", "IT\r\n"], "", ["bye"]],
    [["CH", `AT${chatEnd}`, "QUIT\r\n\r\n"], "~carol", []],
    [["CHAT", `${chatEnd}hi`, "QUI", "T\r\n\r\n"], "~carol", ["hi"]],
  ];
  await Promise.all(cases.map(async ([pieces, name, texts]) => {
    await using alice = TestPeer.plain("alice");
    using other = await PlainSocket.connect(alice.peer.address);
    for (const [n, piece] of pieces.entries()) {
      if (n > 0) await new Promise((resolve) => setTimeout(resolve, 1000));
      await other.send(piece);
    }
    await alice.expect("connected");
    const what = JSON.stringify(pieces);
    // The first second is over before the client ID is known.
    if (name !== "") {
      assertEquals((await alice.expect("named")).party.name, name, what);
    }
    for (const text of texts) assertEquals(await alice.message(), text, what);
    const { reason } = await alice.expect("disconnected");
    assertEquals(reason, "the peer hung up", what);
  }));
});

Deno.test("a text that only begins like QUIT is delivered", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    partialMethodTimeoutMs: FAST_PEER.partialMethodTimeoutMs,
  });
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("IQ");
  await alice.connected();
  assertEquals(await alice.message(), "IQ");
  await other.send("QUI");
  assertEquals(await alice.message(), "QUI");
});

Deno.test("what is held is delivered when the connection ends", async () => {
  await using alice = TestPeer.plain("alice", undefined, PATIENT_PLAIN);
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("IQ");
  await other.closeWrite();
  await alice.connected();
  assertEquals(await alice.message(), "IQ");
  const { reason } = await alice.expect("disconnected");
  assertEquals(reason, "the connection closed");
});

Deno.test("what is held is read when the connection breaks", async () => {
  const reset = new Deno.errors.ConnectionReset("reset");
  const quitting = resetAfter("byeQUIT", reset);
  assertEquals(await Array.fromAsync(quitting.texts()), ["bye"]);
  const breaking = resetAfter("IQ", reset);
  const texts = breaking.texts();
  assertEquals((await texts.next()).value, "IQ");
  assertEquals(await assertRejects(() => texts.next()), reset);
});

for (
  const [text, why] of [
    ["QUIT", "as the end of the conversation (QUIT)"],
    ["bye\nQUIT", "as the end of the conversation (QUIT)"],
    ["byeQUIT", "as the end of the conversation (QUIT)"],
    ["CHAT\nclientID: bob", "as the opening of a conversation (CHAT)"],
    ["CHAT\nhi", "as the opening of a conversation (CHAT)"],
    ["MSG\nContent-Length: 2\n\nhi", "as a framed message (MSG)"],
  ] as const
) {
  Deno.test(`a text that the peer would read ${why} is not sent: ${JSON.stringify(text)}`, async () => {
    await using alice = TestPeer.plain("alice");
    using other = await dialled(alice);
    await other.until("\r\n\r\n");
    const { name } = at(alice.peer.parties, 0);
    const error = await assertRejects(
      () => alice.peer.send(name, text),
      PeerError,
    );
    assertEquals(
      error.message,
      `the message to ${name} was not sent: the peer would read it ${why}`,
    );
    await alice.peer.send(name, "hello");
    assertEquals(await other.recv(), "hello");
    await other.send("hi");
    assertEquals(await alice.message(), "hi");
  });
}

Deno.test("a text becomes QUIT with the line end of the peer, and is not sent then", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("hi");
  const name = await alice.connected();
  await alice.message();
  await alice.peer.send(name, "bye/quit");
  assertEquals(await other.recv(), "bye/quit");
  await other.send("hi\n");
  await alice.message();
  await assertRejects(() => alice.peer.send(name, "bye/quit"), PeerError);
});

Deno.test("texts that wait for each other do not count as a stall", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    plainPaceMs: 100,
    plainStallTimeoutMs: 1000,
  });
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("hi");
  const name = await alice.connected();
  const texts = Array.from({ length: 15 }, (_, n) => `(${n})`);
  await Promise.all(texts.map((text) => alice.peer.send(name, text)));
  assertEquals(await other.until("(14)"), texts.join(""));
});

Deno.test("a program that reads nothing loses the conversation, and the text says that it was not sent", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    plainPaceMs: 0,
    plainStallTimeoutMs: 200,
  });
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("hi");
  const name = await alice.connected();
  const text = "x".repeat(60_000);
  const error = await assertRejects(
    async () => {
      for (let n = 0; n < 2000; n++) {
        await limited(alice.peer.send(name, text), "the text is not sent");
      }
    },
    PeerError,
    "the peer does not read what is sent",
  );
  assert(error.message.includes("not sent"), error.message);
  const { reason } = await alice.until("disconnected");
  assertEquals(reason, "the peer does not read what is sent");
});

Deno.test("a program that ends its lines gets lines", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("hi\n");
  const name = await alice.connected();
  assertEquals(await alice.message(), "hi");
  await alice.peer.send(name, "hello");
  assertEquals(await other.recv(), "hello\n");
});

Deno.test("hanging up on a raw program sends exactly QUIT", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("hi");
  const name = await alice.connected();
  const hungUp = alice.peer.hangUp(name);
  assertEquals(await other.rest(), "QUIT\r\n\r\n");
  await other.closeWrite();
  await hungUp;
});

Deno.test("a program that vanishes ends its conversation alone", async () => {
  await using alice = TestPeer.plain("alice");
  await using bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  assertEquals(await alice.connected(), "bob");
  {
    using other = await PlainSocket.connect(alice.peer.address);
    await other.send("hi");
    await alice.connected();
    assertEquals(await alice.message(), "hi");
  }
  const { reason } = await alice.expect("disconnected");
  assert(reason.startsWith("the connection"), reason);
  await bob.connected();
  await alice.peer.send("bob", "still here?");
  assertEquals(await bob.message(), "still here?");
});

Deno.test("bytes that are not UTF-8 are shown as what cannot be read", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(Uint8Array.of(0x61, 0xff, 0x62));
  await alice.connected();
  assertEquals(await alice.message(), "a\ufffdb");
});
