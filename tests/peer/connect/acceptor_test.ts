import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Address, formatAddress } from "../../../lib/net/mod.ts";
import { NON_LOOPBACK_ADDRESS } from "../../support/non_loopback.ts";
import { PlainSocket } from "../../support/plain_socket.ts";
import {
  HELLO,
  HELLO_SPELLED_OTHERWISE,
  helloWith,
  MALFORMED_HANDSHAKES,
} from "../../support/hello.ts";
import { SecureSocket } from "../../support/secure_socket.ts";
import type { PeerTimings } from "../../../lib/peer/mod.ts";
import { TestPeer } from "../../support/test_peer.ts";

const CHAT = "CHAT\r\nclientID: mallory\r\n\r\n";

/** Alice and bob in conversation, while a third one connects to alice. */
async function talking(timings: Partial<PeerTimings> = {}) {
  const alice = new TestPeer("alice", undefined, { timings });
  const bob = new TestPeer("bob");
  await bob.peer.chat(formatAddress(alice.peer.address));
  await alice.connected();
  await bob.connected();
  let said = 0;
  return {
    alice,
    async goOn() {
      const text = `still here ${++said}`;
      await bob.peer.send("alice", text);
      for (;;) {
        const event = await alice.next();
        if (event.type !== "message") continue;
        assertEquals([event.from.name, event.text], ["bob", text]);
        break;
      }
    },
    async [Symbol.asyncDispose]() {
      await bob[Symbol.asyncDispose]();
      await alice[Symbol.asyncDispose]();
    },
  };
}

/** Sends bytes to an address, and gives all that comes back until the end. */
async function replyTo(
  address: Address,
  sent: string | Uint8Array,
): Promise<string> {
  using socket = await PlainSocket.connect(address);
  const reply = socket.rest().catch(() => "");
  await socket.send(sent).catch(() => {});
  await socket.closeWrite().catch(() => {});
  return await reply;
}

const GARBAGE: [what: string, sent: string | Uint8Array, reply: RegExp][] = [
  ["HELLO of another version", "HELLO\r\nVersion: 2\r\n\r\n", /Code: 505\r\n/],
  ["HELLO without a version", "HELLO\r\n\r\n", /Code: 505\r\n/],
  [
    "HELLO with a body",
    HELLO.replace("\r\n\r\n", "\r\nContent-Length: 1\r\n\r\nx"),
    /Code: 400\r\n/,
  ],
  [
    "HELLO with more than a version and a handshake",
    HELLO.replace("\r\n\r\n", "\r\nA: 1\r\n\r\n"),
    /Code: 400\r\n/,
  ],
  [
    "HELLO without a handshake",
    "HELLO\r\nVersion: 1\r\n\r\n",
    /Code: 400\r\n/,
  ],
  ["a HELLO that is no message", "HELLO\r\nA\r\n\r\n", /Code: 400\r\n/],
  [
    "a HELLO without an end",
    "HELLO\r\nA: " + "a".repeat(9000),
    /Code: 431\r\n/,
  ],
  ["half a HELLO", "HELLO\r\nVers", /^ERROR\r\nCode: 403\r\n|^$/],
  ["HELLO twice", HELLO + HELLO, /^\0`[^]+$/],
  ["garbage after HELLO", HELLO + "\0@" + "x".repeat(99), /^\0`[^]+$/],
  [
    "a longer third message",
    HELLO + "\x01\0" + "x".repeat(256),
    /^\0`[^]+$/,
  ],
  ["an empty third message", HELLO + "\0\0", /^\0`[^]+$/],
  ["plain text", "anybody there?", /^ERROR\r\nCode: 403\r\n/],
  ["a web browser", "GET / HTTP/1.1\r\n\r\n", /^ERROR\r\nCode: 403\r\n/],
  ["10 MiB of nothing", new Uint8Array(10 << 20), /^ERROR\r\nCode: 403\r\n|^$/],
];

for (const [what, sent, reply] of GARBAGE) {
  Deno.test(`a peer that sends ${what} is rejected, and other peers do not notice`, async () => {
    await using both = await talking();
    assertMatch(await replyTo(both.alice.peer.address, sent), reply);
    await both.goOn();
    assertEquals(both.alice.peer.parties.length, 1);
  });
}

for (const [what, handshake] of MALFORMED_HANDSHAKES) {
  Deno.test(`a peer whose HELLO has a handshake that is or has ${what} is answered 400, with a reason`, async () => {
    await using alice = new TestPeer("alice");
    assertMatch(
      await replyTo(alice.peer.address, helloWith(handshake)),
      /^ERROR\r\nCode: 400\r\nReason: Handshake is [^\r\n]+\r\n\r\n$/,
    );
    assertEquals(alice.peer.parties, []);
  });
}

Deno.test("HELLO is accepted by a peer however it is split, and in each spelling of a message", async () => {
  await using alice = new TestPeer("alice");
  for (const hello of [HELLO, HELLO_SPELLED_OTHERWISE]) {
    for (let at = 1; at < hello.length; at++) {
      using socket = await PlainSocket.connect(alice.peer.address);
      await socket.send(hello.slice(0, at));
      await socket.send(hello.slice(at));
      assert((await socket.recv()).startsWith("\0`"));
    }
  }
});

Deno.test("a connection reset at any byte of the opening does not affect other peers", async () => {
  await using both = await talking();
  const { host: hostname, port } = both.alice.peer.address;
  const opening = new TextEncoder().encode(HELLO);
  for (let end = 0; end <= opening.length; end += 3) {
    const conn = await Deno.connect({ hostname, port });
    await conn.write(opening.subarray(0, end));
    // To close on what has arrived and was not read is a reset.
    if (end === opening.length) await conn.read(new Uint8Array(1));
    conn.close();
  }
  await both.goOn();
});

const SAID: [what: string, sent: string][] = [
  ["bytes that are not a message", "\0\0\0\0"],
  ["a head without an end", "A".repeat(9000)],
  ["a control character", "CHAT\r\nclientID: a\x1b\r\n\r\n"],
  ["too many headers", `CHAT\r\n${"A: 1\r\n".repeat(65)}\r\n`],
  ["a body over the limit", "CHAT\r\nContent-Length: 65537\r\n\r\n"],
  ["MSG before CHAT", "MSG\r\nContent-Length: 1\r\n\r\nx"],
  ["QUIT before CHAT", "QUIT\r\n\r\n"],
  ["an invalid client ID", "CHAT\r\nclientID: a b\r\n\r\n"],
  ["nothing and closes", ""],
];

for (const [what, sent] of SAID) {
  Deno.test(`a peer that sends ${what} inside the channel is not accepted, and other peers do not notice`, async () => {
    await using both = await talking();
    using mallory = await SecureSocket.connect(both.alice.peer.address);
    if (sent !== "") await mallory.sendBytes(sent);
    await mallory.closeWrite();
    // It does not even learn the client ID of alice.
    assertEquals(await mallory.rest(), []);
    await both.goOn();
    assertEquals(both.alice.peer.parties.length, 1);
  });
}

for (const [what, sent] of SAID.slice(0, 5)) {
  Deno.test(`a peer in conversation that sends ${what} loses that connection only`, async () => {
    await using both = await talking();
    using mallory = await SecureSocket.connect(both.alice.peer.address);
    await mallory.sendBytes(CHAT + sent + CHAT);
    const heard = await mallory.rest();
    assertEquals(heard.map(({ method }) => method), ["CHAT"]);
    await both.goOn();
  });
}

Deno.test("unknown methods and headers are ignored", async () => {
  await using alice = new TestPeer("alice");
  using mallory = await SecureSocket.connect(alice.peer.address);
  await mallory.sendBytes(CHAT + CHAT + "SHOUT\r\nA: 1\r\n\r\nPONG\r\n\r\n");
  assertEquals(await alice.connected(), "mallory");
  await mallory.sendBytes("ACK\r\nID: nonsense\r\n\r\nACK\r\n\r\n");
  await mallory.sendBytes("PING\r\n\r\n");
  await mallory.until("PONG");
  await mallory.sendBytes("QUIT\r\n\r\n");
  const { reason } = await alice.expect("disconnected");
  assertEquals(reason, "the peer hung up");
});

Deno.test("a text of 64 KiB arrives, however it is cut", async () => {
  await using alice = new TestPeer("alice");
  using mallory = await SecureSocket.connect(alice.peer.address);
  const body = "b".repeat(65536);
  const message = CHAT +
    "MSG\r\nID: 01M86BV9B5K63MJ7WZW52Z0Y29\r\nTime: 2026-11-24T08:40:00Z\r\n" +
    `Content-Length: 65536\r\n\r\n${body}`;
  for (let at = 0; at < message.length; at += 9973) {
    await mallory.sendBytes(message.slice(at, at + 9973));
  }
  await alice.connected();
  assertEquals(await alice.message(), body);
});

Deno.test("a peer that sends byte by byte does not delay other peers, and is disconnected", async () => {
  await using both = await talking({ handshakeTimeoutMs: 500 });
  using slow = await PlainSocket.connect(both.alice.peer.address);
  await slow.send(HELLO);
  const begun = performance.now();
  let ended = false;
  const rest = slow.rest().catch(() => "").then(() => ended = true);
  for (const byte of ["\0", "@", ..."x".repeat(30)]) {
    if (ended) break;
    await slow.send(byte).catch(() => {});
    await both.goOn();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert(ended, "it had the time for all bytes");
  await rest;
  const taken = performance.now() - begun;
  assert(taken > 300, `it took ${taken} ms`);
  await both.goOn();
});

Deno.test("a peer that never reads does not delay other peers", async () => {
  await using both = await talking();
  using deaf = await SecureSocket.connect(both.alice.peer.address);
  await deaf.sendBytes(CHAT);
  const pings = "PING\r\n\r\n".repeat(5000);
  for (let n = 0; n < 50; n++) deaf.sendBytes(pings).catch(() => {});
  await both.goOn();
  await both.goOn();
});

Deno.test("unknown peers that connect again and again do not fill the screen", async () => {
  await using both = await talking();
  const { alice } = both;
  for (let n = 0; n < 300; n++) {
    assertMatch(
      await replyTo(alice.peer.address, "let me in"),
      /^ERROR\r\nCode: 403\r\n/,
    );
  }
  await using carol = new TestPeer("carol");
  await carol.peer.chat(formatAddress(alice.peer.address));
  let refused = 0;
  for (let event; (event = await alice.next()).type !== "connected";) {
    assertEquals(event.type, "refused");
    refused++;
  }
  assert(refused > 0 && refused < 20, `it was told ${refused} times`);
});

Deno.test({
  name:
    "unknown peers that connect again and again from one address leave room for others",
  ignore: NON_LOOPBACK_ADDRESS === undefined,
  fn: async () => {
    const listen = { host: "0.0.0.0", port: 0 };
    await using alice = new TestPeer("alice", undefined, { listen });
    const { port } = alice.peer.address;
    const there = { host: NON_LOOPBACK_ADDRESS ?? "", port };
    let met = 0;
    for (let n = 0; n < 100; n++) {
      try {
        using unknown = await SecureSocket.connect(there);
        await unknown.send("CHAT", [["clientID", `unknown${n}`]]);
        await unknown.until("CHAT");
        await unknown.send("QUIT");
        met++;
      } catch {
        // It was one too many.
      }
    }
    assert(met >= 30 && met <= 60, `${met} came in`);
    await using bob = new TestPeer("bob");
    const party = await bob.peer.chat(`127.0.0.1:${port}`);
    assertEquals(party.name, "alice");
  },
});

Deno.test("a connection that ends without a byte, as a registry makes to see who is there, is not shown", async () => {
  for (const plain of [false, true]) {
    await using alice = new TestPeer("alice", undefined, { plain });
    const { host: hostname, port } = alice.peer.address;
    for (let n = 0; n < 3; n++) {
      (await Deno.connect({ hostname, port })).close();
    }
    await using bob = new TestPeer("bob");
    await bob.peer.chat(formatAddress(alice.peer.address));
    assertEquals((await alice.next()).type, "connected");
  }
});

/** Alice, who knows bob and asks about strangers, and bob. */
async function aliceWhoKnowsBob() {
  const alice = new TestPeer("alice", undefined, { accept: "ask" });
  const bob = new TestPeer("bob");
  const address = formatAddress(alice.peer.address);
  await alice.peer.chat(formatAddress(bob.peer.address));
  await alice.connected();
  await bob.connected();
  await alice.peer.hangUp("bob");
  await alice.until("disconnected");
  await bob.until("disconnected");
  return {
    alice,
    bob,
    address,
    async [Symbol.asyncDispose]() {
      await bob[Symbol.asyncDispose]();
      await alice[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a known client is let in, and stays, however many strangers call and hold their links", async () => {
  await using both = await aliceWhoKnowsBob();
  const { alice, bob, address } = both;
  using strangers = new DisposableStack();
  const call = async (n: number) => {
    const socket = strangers.use(
      await SecureSocket.connect(alice.peer.address),
    );
    await socket.send("CHAT", [["clientID", `stranger${n}`]]);
    await socket.until("CHAT");
  };
  for (let n = 0; n < 140; n++) await call(n);
  assertEquals((await bob.peer.chat(address)).name, "alice");
  await bob.connected();
  for (let n = 140; n < 280; n++) await call(n);
  await bob.peer.send("alice", "still here");
  assertEquals((await alice.until("message")).text, "still here");
  // His link has not been lost meanwhile.
  assertEquals((await bob.next()).type, "delivered");
});

Deno.test("a known client is let in however many connections are silent", async () => {
  await using both = await aliceWhoKnowsBob();
  using silent = new DisposableStack();
  for (let n = 0; n < 300; n++) {
    silent.use(await PlainSocket.connect(both.alice.peer.address));
  }
  assertEquals((await both.bob.peer.chat(both.address)).name, "alice");
  await both.bob.peer.send("alice", "hello");
  assertEquals((await both.alice.until("message")).text, "hello");
});
