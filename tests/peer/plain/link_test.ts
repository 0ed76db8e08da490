import { assert, assertEquals, assertMatch } from "@std/assert";
import { formatAddress } from "../../../lib/net/mod.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import { acceptPlainRetry } from "../../support/plain_socket.ts";
import { TestPeer } from "../../support/test_peer.ts";
import { at } from "../../support/at.ts";
import { FAST_PEER } from "../../support/timings.ts";

const CHAT = "CHAT\r\nclientID: carol\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n";

/** A program that listens, and a peer that has dialled it in plain. */
async function dialled(alice: TestPeer): Promise<PlainSocket> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = acceptPlainRetry(listener);
  await alice.peer.chat(`127.0.0.1:${listener.addr.port}`);
  await alice.expect("connected");
  return PlainSocket.over(await accepted);
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

Deno.test("a raw program that is dialled and waits gets raw text after an empty line", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    framingAnswerTimeoutMs: FAST_PEER.framingAnswerTimeoutMs,
  });
  using other = await dialled(alice);
  await other.until("\r\n\r\n");
  const { name } = at(alice.peer.parties, 0);
  await alice.peer.send(name, "hello");
  assertEquals(await other.until("hello"), "\r\nhello");
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
  assertEquals(await alice.connected(), "carol");
  assertEquals(await alice.message(), "hi");
  await alice.peer.send("carol", "hello");
  assertEquals(await other.recv(), "hello");
});

Deno.test("CHAT and what follows are read the same split at every byte", async () => {
  await using alice = TestPeer.plain("alice");
  const bytes = CHAT + "hello";
  for (let at = 1; at < bytes.length; at++) {
    using other = await PlainSocket.connect(alice.peer.address);
    await other.send(bytes.slice(0, at));
    await other.send(bytes.slice(at));
    assertEquals(await alice.connected(), "carol");
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
  assertEquals(await alice.connected(), "carol");
  assertEquals(await alice.message(), "a\nb");
  await alice.peer.send("carol", "c\n\nd");
  assertEquals(await other.recv(), "MSG\r\nContent-Length: 4\r\n\r\nc\n\nd");
});

Deno.test("a program that asks with an empty line is answered with CHAT", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(CHAT + "\r\n");
  await alice.connected();
  assertEquals(
    await other.until("\r\n\r\n"),
    "CHAT\r\nclientID: alice\r\nIP: 127.0.0.1\r\n" +
      `Port: ${alice.peer.address.port}\r\n\r\n`,
  );
});

Deno.test("a program that asks and then sends raw text all the same is raw", async () => {
  await using alice = TestPeer.plain("alice");
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send(CHAT + "\r\n");
  await other.until("\r\n\r\n");
  await other.send("hi");
  await alice.connected();
  assertEquals(await alice.message(), "hi");
  await alice.peer.send("carol", "hello");
  assertEquals(await other.recv(), "hello");
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

Deno.test("a text that only begins like QUIT is delivered", async () => {
  await using alice = TestPeer.plain("alice", undefined, {
    partialMethodTimeoutMs: FAST_PEER.partialMethodTimeoutMs,
  });
  using other = await PlainSocket.connect(alice.peer.address);
  await other.send("IQ");
  await alice.connected();
  assertEquals(await alice.message(), "IQ");
  await other.send("QUIT");
  assertEquals(await alice.message(), "QUIT");
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
