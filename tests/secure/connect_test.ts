import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import {
  HANDSHAKE_TIMEOUT_MS,
  HandshakeError,
  HandshakeTimeoutError,
  Identity,
  NotSecureError,
  type Opening,
  secureAccept,
  secureConnect,
  TruncatedStreamError,
  WrongKeyError,
} from "../../lib/secure/mod.ts";
import {
  acceptSecure,
  alice,
  bob,
  openSecureWires,
  readAll,
} from "../support/secure_wires.ts";
import { concat, utf8 } from "../support/bytes.ts";
import { FIRST_MESSAGE, HELLO } from "../support/hello.ts";
import { memoryWirePair, type Tamper } from "../support/memory_wire_pair.ts";
import { TcpPair } from "../support/tcp_pair.ts";
import { at } from "../support/at.ts";

/** Short, where something has to time out. */
const SOON = 40;
const EMPTY = new Uint8Array(0);
/** What the side that accepts is sent first; nothing follows it yet. */
const OPENING: Opening = { handshake: FIRST_MESSAGE, rest: EMPTY };

/** What the side that dials has sent, in pieces, and lets through. */
function recorder(): { sent: Uint8Array[]; meddler: Tamper } {
  const sent: Uint8Array[] = [];
  return { sent, meddler: (piece) => (sent.push(piece.slice()), [piece]) };
}

Deno.test("an expected key that is there is no obstacle", async () => {
  const [a] = await openSecureWires(memoryWirePair(), {
    expectedKey: bob.publicKey,
  });
  assertEquals(a.remoteKey, bob.publicKey);
});

Deno.test("another key than the expected one is refused before the own is sent", async () => {
  const { sent, meddler } = recorder();
  const wires = memoryWirePair(meddler);
  const expected = Identity.generate().publicKey;
  const accepting = acceptSecure(wires[1]).catch((error) => error);
  const error = await assertRejects(
    () => secureConnect(wires[0], alice, { expectedKey: expected }),
    WrongKeyError,
  );
  assertEquals(error.expected, expected);
  assertEquals(error.actual, bob.publicKey);
  assertInstanceOf(await accepting, HandshakeError);
  // Its key would have been in the second piece.
  assertEquals(sent.length, 1);
  assertEquals(at(sent, 0).length, HELLO.length);
  assert(wires[0].closed);
});

Deno.test("a key that differs from the expected one in any byte is refused", async () => {
  for (const [index, byte] of bob.publicKey.entries()) {
    const expectedKey = bob.publicKey;
    expectedKey[index] = byte ^ 1;
    const wires = memoryWirePair();
    const accepting = acceptSecure(wires[1]).catch((error) => error);
    await assertRejects(
      () => secureConnect(wires[0], alice, { expectedKey }),
      WrongKeyError,
    );
    assertInstanceOf(await accepting, HandshakeError);
  }
});

Deno.test("what verify throws ends the connection before the dialler's key is sent", async () => {
  const { sent, meddler } = recorder();
  const wires = memoryWirePair(meddler);
  const refusal = new Error("I do not like this key");
  const accepting = acceptSecure(wires[1]).catch((error) => error);
  const error = await secureConnect(wires[0], alice, {
    verify: (key) => {
      assertEquals(key, bob.publicKey);
      return Promise.reject(refusal);
    },
  }).catch((error) => error);
  assertEquals(error, refusal);
  assertInstanceOf(await accepting, HandshakeError);
  assertEquals(sent.length, 1);
  assert(wires[0].closed);
});

Deno.test("what verify throws ends the connection before anything is delivered to who accepts", async () => {
  const wires = memoryWirePair();
  const refusal = new Error("I do not like this key");
  const connecting = secureConnect(wires[0], alice);
  const error = await acceptSecure(wires[1], {
    verify: (key) => {
      assertEquals(key, alice.publicKey);
      throw refusal;
    },
  }).catch((error) => error);
  assertEquals(error, refusal);
  assert(wires[1].closed);
  const heard = await readAll(await connecting);
  assertEquals(heard.bytes, EMPTY);
  assertInstanceOf(heard.error, TruncatedStreamError);
});

Deno.test("a key that verify scribbles on is a copy", async () => {
  const verify = (key: Uint8Array) => void key.fill(0);
  const [a, b] = await openSecureWires(memoryWirePair(), { verify }, {
    verify,
  });
  assertEquals(a.remoteKey, bob.publicKey);
  assertEquals(b.remoteKey, alice.publicKey);
});

Deno.test("a handshake may take 5 seconds by default", () => {
  assertEquals(HANDSHAKE_TIMEOUT_MS, 5000);
});

Deno.test("an end that says nothing is given up in time, and named so", async () => {
  using pair = await TcpPair.open();
  const error = await assertRejects(
    () => secureConnect(pair.wires[0], alice, { timeoutMs: SOON }),
    HandshakeTimeoutError,
    "0.04 s",
  );
  assert(error.silent);
  // It hung up: behind its opening there is the end.
  const heard = await readAll(pair.wires[1]);
  assertEquals(heard.bytes.length, HELLO.length);
});

Deno.test("an end that stops within the handshake is given up in time", async () => {
  using pair = await TcpPair.open();
  const connecting = secureConnect(pair.wires[0], alice, { timeoutMs: SOON });
  await pair.wires[1].write(Uint8Array.of(0, 96, 1, 2, 3));
  const error = await assertRejects(() => connecting, HandshakeTimeoutError);
  assertEquals(error.silent, false);

  using other = await TcpPair.open();
  await assertRejects(
    () => secureAccept(other.wires[1], bob, OPENING, { timeoutMs: SOON }),
    HandshakeTimeoutError,
  );
});

Deno.test("bytes that trickle in do not put the end off", async () => {
  using pair = await TcpPair.open();
  const [slow, wire] = pair.wires;
  const accepting = secureAccept(wire, bob, OPENING, { timeoutMs: 2 * SOON });
  const refused = assertRejects(() => accepting, HandshakeTimeoutError);
  const stop = new AbortController();
  refused.finally(() => stop.abort());
  const third = [0, 64, ...new Uint8Array(62)];
  for (let i = 0; !stop.signal.aborted; i++) {
    const byte = third[i];
    if (byte !== undefined) await slow.write(Uint8Array.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await refused;
});

Deno.test("a verify that takes for ever is given up in time", async () => {
  const wires = memoryWirePair();
  const forEver = new Promise<void>(() => {});
  const accepting = acceptSecure(wires[1]).catch((error) => error);
  await assertRejects(
    () =>
      secureConnect(wires[0], alice, {
        timeoutMs: SOON,
        verify: () => forEver,
      }),
    HandshakeTimeoutError,
  );
  assertInstanceOf(await accepting, HandshakeError);
});

Deno.test("a signal calls the handshake off, before and within, with its reason", async () => {
  const reason = new Error("the user went away");
  for (const early of [true, false]) {
    using pair = await TcpPair.open();
    const stop = new AbortController();
    if (early) stop.abort(reason);
    const both = [
      secureConnect(pair.wires[0], alice, { signal: stop.signal }),
      secureAccept(pair.wires[1], bob, OPENING, { signal: stop.signal }),
    ].map((opening) => opening.catch((error) => error));
    stop.abort(reason);
    assertEquals(await Promise.all(both), [reason, reason]);
    for (const wire of pair.wires) await assertRejects(() => wire.read());
  }
});

Deno.test("a signal that fires after the handshake changes nothing", async () => {
  using pair = await TcpPair.open();
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const [a, b] = await openSecureWires(pair.wires, options, options);
  stop.abort();
  await a.write(utf8("still here"));
  assertEquals(await b.read(), utf8("still here"));
});

const PLAIN_ANSWERS = [
  "ERROR\r\nCode: 400\r\nReason: an unknown method\r\n\r\n",
  "hi, who is there?",
  "\r\n",
  "E",
];

Deno.test("an end that answers in plain is named so, with what it said", async () => {
  for (const text of PLAIN_ANSWERS) {
    using pair = await TcpPair.open();
    await pair.wires[1].write(utf8(text));
    const error = await assertRejects(
      () => secureConnect(pair.wires[0], alice),
      NotSecureError,
      "does not speak",
    );
    assertEquals(new TextDecoder().decode(error.reply), text);
  }
});

Deno.test("an end that closes the connection without an answer is told apart", async () => {
  using pair = await TcpPair.open();
  const connecting = secureConnect(pair.wires[0], alice);
  await pair.wires[1].read();
  pair.wires[1].close();
  await assertRejects(
    () => connecting,
    NotSecureError,
    "the other end closed the connection without an answer to HELLO",
  );

  // With the opening unread, the connection is reset instead.
  using other = await TcpPair.open();
  other.wires[1].close();
  await assertRejects(
    () => secureConnect(other.wires[0], alice),
    NotSecureError,
    "the other end closed the connection without an answer to HELLO",
  );
});

Deno.test("an end that hangs up within its answer is not taken for a plain one", async () => {
  using pair = await TcpPair.open();
  await pair.wires[1].write(Uint8Array.of(0, 96, 1));
  await pair.wires[1].closeWrite();
  await assertRejects(
    () => secureConnect(pair.wires[0], alice),
    HandshakeError,
    "ended within",
  );
});

Deno.test("a message of the wrong length is refused before it has arrived", async () => {
  for (const start of [[0xff], [1], [0, 65], [0, 63], [0xff, 0xff]]) {
    using pair = await TcpPair.open();
    await assertRejects(
      () =>
        secureAccept(pair.wires[1], bob, {
          ...OPENING,
          rest: Uint8Array.from(start),
        }),
      HandshakeError,
      "wrong length",
    );
  }
});

Deno.test("a message of the wrong length is refused however it is cut", async () => {
  const message = Uint8Array.from([
    0,
    65,
    ...crypto.getRandomValues(new Uint8Array(65)),
  ]);
  for (let at = 0; at <= message.length; at++) {
    using pair = await TcpPair.open();
    const refused = assertRejects(
      () =>
        secureAccept(pair.wires[1], bob, {
          ...OPENING,
          rest: message.subarray(0, at),
        }),
      HandshakeError,
      "wrong length",
    );
    await pair.wires[0].write(message.subarray(at));
    await refused;
  }
});

Deno.test("a connection that arrives byte by byte opens and carries", async () => {
  const byByte: Tamper = (piece) =>
    Array.from(piece, (byte) => Uint8Array.of(byte));
  const [a, b] = await openSecureWires(memoryWirePair(byByte, byByte));
  await a.write(utf8("forth"));
  await a.closeWrite();
  await b.write(utf8("back"));
  await b.closeWrite();
  assertEquals(await readAll(b), { bytes: utf8("forth") });
  assertEquals(await readAll(a), { bytes: utf8("back") });
});

Deno.test("records that come with the last message of the handshake are kept", async () => {
  const held: Uint8Array[] = [];
  const together: Tamper = (piece, i) => {
    if (i === 0) return [piece];
    held.push(piece);
    return i < 4 ? [] : [concat(held)];
  };
  const wires = memoryWirePair(together);
  const accepting = acceptSecure(wires[1]);
  const a = await secureConnect(wires[0], alice);
  await a.write(utf8("one"));
  await a.write(utf8("two"));
  await a.closeWrite();
  assertEquals(await readAll(await accepting), { bytes: utf8("onetwo") });
});
