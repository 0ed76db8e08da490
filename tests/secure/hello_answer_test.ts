import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
} from "@std/assert";
import {
  type ConnectOptions,
  HandshakeError,
  HandshakeTimeoutError,
  type HelloAnswer,
  Identity,
  NotSecureError,
  secureConnect,
  sendHello,
  WrongKeyError,
} from "../../lib/secure/mod.ts";
import { acceptSecure, alice, bob, readAll } from "../support/secure_wires.ts";
import { at } from "../support/at.ts";
import { utf8 } from "../support/bytes.ts";
import { withFlippedBit } from "../support/flip_bit.ts";
import { MemoryWire, Pipe } from "../support/memory_wire.ts";
import { memoryWirePair, type Tamper } from "../support/memory_wire_pair.ts";
import { TcpPair } from "../support/tcp_pair.ts";

/** Short, where something has to time out, in ms. */
const SOON = 40;

/** A whole HELLO, and nothing behind it. */
const HELLO = /^HELLO\r\nVersion: 1\r\nHandshake: [A-Za-z0-9+/]{43}=\r\n\r\n$/;

/** A wire that keeps what is written to it, and reads what a test answers. */
class RecordedWire extends MemoryWire {
  readonly answers: Pipe;
  readonly written: Uint8Array[] = [];

  constructor() {
    const answers = new Pipe();
    super(answers, new Pipe());
    this.answers = answers;
  }

  override write(bytes: Uint8Array): Promise<void> {
    this.written.push(bytes.slice());
    return super.write(bytes);
  }
}

/** Checks that a HELLO in ASCII is all that has been written, in one write. */
function assertOnlyHello({ written }: RecordedWire): void {
  assertEquals(written.length, 1);
  const hello = at(written, 0);
  assert(hello.every((byte) => byte < 0x80), hello.toHex());
  assertMatch(new TextDecoder().decode(hello), HELLO);
}

/** Checks that a HELLO was answered in one of the two ways that leave it open. */
function assertOpen<Mode extends "plain" | "silent">(
  answer: HelloAnswer,
  mode: Mode,
): asserts answer is Extract<HelloAnswer, { mode: Mode }> {
  assertEquals(answer.mode, mode);
}

/** Waits; a wire that is going to write something does so meanwhile. */
function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("the first write of an initiator is HELLO, whole and in ASCII", async () => {
  for (const open of [sendHello, secureConnect]) {
    const wire = new RecordedWire();
    const opening = open(wire, alice).catch(() => {});
    await pass(0);
    assertOnlyHello(wire);
    wire.close();
    await opening;
  }
});

Deno.test("over TCP, HELLO comes alone in the first segment", async () => {
  using pair = await TcpPair.open();
  const opening = sendHello(pair.wires[0], alice).catch(() => {});
  const segment = await pair.wires[1].read();
  assertMatch(new TextDecoder().decode(segment), HELLO);
  pair.wires[1].close();
  await opening;
});

Deno.test("no byte that is not ASCII is written before an answer, however long the other side is silent", async () => {
  for (const timeoutMs of [1, SOON, 5 * SOON]) {
    const wire = new RecordedWire();
    const answer = await sendHello(wire, alice, { timeoutMs });
    assertOpen(answer, "silent");
    assertOnlyHello(wire);
    await pass(SOON);
    assertOnlyHello(wire);

    const other = new RecordedWire();
    await assertRejects(() => secureConnect(other, alice, { timeoutMs }));
    assertOnlyHello(other);
  }
});

Deno.test("no byte is written behind HELLO before the answer is whole", async () => {
  const wires = memoryWirePair();
  const [back, forth] = [new RecordedWire(), wires[0]];
  const accepting = acceptSecure(wires[1]);
  const opening = sendHello(back, alice);
  await pass(0);
  await forth.write(at(back.written, 0));
  const second = await forth.read() ?? new Uint8Array(0);
  assertEquals(second.length, 98);
  for (const byte of second) {
    assertOnlyHello(back);
    back.answers.push(Uint8Array.of(byte));
    await pass(0);
  }
  const { mode } = await opening;
  assertEquals(mode, "secure");
  assertEquals(back.written.map((bytes) => bytes.length), [78, 66]);
  await forth.write(at(back.written, 1));
  const accepted = await accepting;
  assertEquals(accepted.remoteKey, alice.publicKey);
  accepted.close();
});

Deno.test("an answer with a handshake gives an encrypted connection, however it is split", async () => {
  const byByte: Tamper = (piece) =>
    Array.from(piece, (byte) => Uint8Array.of(byte));
  for (const tamper of [undefined, byByte]) {
    const wires = memoryWirePair(tamper, tamper);
    const accepting = acceptSecure(wires[1]);
    const answer = await sendHello(wires[0], alice, {
      expectedKey: bob.publicKey,
    });
    assert(answer.mode === "secure", answer.mode);
    assertEquals(answer.wire.remoteKey, bob.publicKey);
    const accepted = await accepting;
    await answer.wire.write(utf8("forth"));
    await answer.wire.closeWrite();
    assertEquals(await readAll(accepted), { bytes: utf8("forth") });
    answer.wire.close();
    accepted.close();
  }
});

Deno.test("text that answered is given again from its first byte, wherever it is split, and the connection is open", async () => {
  const text = "ERROR\r\nCode: 400\r\nReason: HELLO? \u{1F600}\r\n\r\n";
  const bytes = utf8(text);
  for (let split = 0; split < bytes.length; split++) {
    const wire = new RecordedWire();
    // Also when nothing precedes it but an empty read.
    wire.answers.push(bytes.subarray(0, split));
    wire.answers.push(bytes.subarray(split));
    const answer = await sendHello(wire, alice);
    assertOpen(answer, "plain");
    assert(!wire.closed);
    assertOnlyHello(wire);
    wire.answers.push(utf8(" and more"));
    wire.answers.end();
    assertEquals(await readAll(answer.wire), {
      bytes: utf8(`${text} and more`),
    });
    await answer.wire.write(utf8("hello in plain"));
    assertEquals(at(wire.written, 1), utf8("hello in plain"));
  }
});

Deno.test("each first byte but the first of a length is an answer in plain", async () => {
  for (let byte = 0; byte < 256; byte++) {
    const wire = new RecordedWire();
    wire.answers.push(Uint8Array.of(byte));
    wire.answers.end();
    const answering = sendHello(wire, alice);
    if (byte === 0) {
      await assertRejects(() => answering, HandshakeError, "ended within");
      assert(wire.closed);
    } else {
      const answer = await answering;
      assertOpen(answer, "plain");
      assertEquals(await answer.wire.read(), Uint8Array.of(byte));
    }
  }
});

Deno.test("text that was there before HELLO is an answer in plain", async () => {
  using pair = await TcpPair.open();
  await pair.wires[1].write(utf8("welcome\n"));
  await pair.wires[1].closeWrite();
  const answer = await sendHello(pair.wires[0], alice);
  assertOpen(answer, "plain");
  assertEquals(await readAll(answer.wire), { bytes: utf8("welcome\n") });
});

Deno.test("bytes that come after a silence are not lost, and the connection is open", async () => {
  using pair = await TcpPair.open();
  const { wires: [ours, theirs] } = pair;
  const answer = await sendHello(ours, alice, { timeoutMs: SOON });
  assertOpen(answer, "silent");
  await theirs.write(utf8("late, "));
  assertEquals(await answer.wire.read(), utf8("late, "));
  await answer.wire.write(utf8("hello in plain"));
  await answer.wire.closeWrite();
  const heard = await readAll(theirs);
  const hello = new TextDecoder().decode(heard.bytes);
  assertMatch(hello.replace("hello in plain", ""), HELLO);
  await theirs.write(utf8("and later"));
  await theirs.closeWrite();
  assertEquals(await readAll(answer.wire), { bytes: utf8("and later") });
});

Deno.test("bytes that come while nobody reads after a silence are given in order", async () => {
  const wire = new RecordedWire();
  const answer = await sendHello(wire, alice, { timeoutMs: 1 });
  assertOpen(answer, "silent");
  for (const word of ["one", "two", "three"]) wire.answers.push(utf8(word));
  await pass(1);
  wire.answers.end();
  assertEquals(await readAll(answer.wire), { bytes: utf8("onetwothree") });
});

Deno.test("a connection that is closed after a silence ends the read that was pending", async () => {
  const wire = new RecordedWire();
  const answer = await sendHello(wire, alice, { timeoutMs: 1 });
  assertOpen(answer, "silent");
  const reading = assertRejects(() => answer.wire.read());
  answer.wire.close();
  await reading;
});

Deno.test("an end that closes or resets the connection without a byte does not speak the secure mode", async () => {
  for (const reads of [true, false]) {
    using pair = await TcpPair.open();
    const { wires: [ours, theirs] } = pair;
    const answering = sendHello(ours, alice);
    // With HELLO unread, the connection is reset.
    if (reads) await theirs.read();
    else await pass(SOON);
    theirs.close();
    const error = await assertRejects(() => answering, NotSecureError);
    assertEquals(error.reply.length, 0);
    await assertRejects(() => ours.read());
  }
});

Deno.test("a connection that is reset at any time before the answer does not speak the secure mode", async () => {
  const { ConnectionReset, ConnectionAborted, BrokenPipe } = Deno.errors;
  for (const Reset of [ConnectionReset, ConnectionAborted, BrokenPipe]) {
    for (const method of ["read", "write"] as const) {
      const wire = new RecordedWire();
      wire[method] = (): Promise<never> => Promise.reject(new Reset("reset"));
      const error = await assertRejects(
        () => sendHello(wire, alice),
        NotSecureError,
      );
      assertEquals(error.reply.length, 0);
      assert(wire.closed);
    }
  }
});

Deno.test("a key that is verified too late is not answered", async () => {
  for (const how of ["a signal", "a time-out"]) {
    const wire = new RecordedWire();
    const wires = memoryWirePair();
    const accepting = acceptSecure(wires[1]).catch((error) => error);
    const stop = new AbortController();
    const verified = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const answering = assertRejects(() =>
      sendHello(wire, alice, {
        ...(how === "a signal" ? { signal: stop.signal } : { timeoutMs: SOON }),
        verify: () => {
          asked.resolve();
          return verified.promise;
        },
      })
    );
    await pass(0);
    await wires[0].write(at(wire.written, 0));
    wire.answers.push(await wires[0].read() ?? new Uint8Array(0));
    await asked.promise;
    stop.abort();
    await answering;
    verified.resolve();
    await pass(1);
    assertOnlyHello(wire);
    wires[0].close();
    await accepting;
  }
});

const REFUSAL = new Error("not this key");

/** What refuses a handshake that the other end has answered. */
const REFUSALS: [
  what: string,
  matches: (error: unknown) => boolean,
  options: ConnectOptions,
  back?: Tamper,
][] = [
  [
    "another key than the expected one",
    (error) => error instanceof WrongKeyError,
    {
      expectedKey: Identity.generate().publicKey,
    },
  ],
  ["verify", (error) => error === REFUSAL, {
    verify: () => Promise.reject(REFUSAL),
  }],
  [
    "a second message that was altered",
    (error) => error instanceof HandshakeError,
    {},
    (piece) => [withFlippedBit(piece, 50)],
  ],
  [
    "the end within the second message",
    (error) => error instanceof HandshakeError,
    {},
    (piece) => [piece.subarray(0, 50), undefined],
  ],
  [
    "a second message that stops",
    (error) => error instanceof HandshakeTimeoutError && !error.silent,
    { timeoutMs: SOON },
    (piece) => [piece.subarray(0, 1)],
  ],
  [
    "a verify that takes for ever",
    (error) => error instanceof HandshakeTimeoutError && !error.silent,
    { timeoutMs: SOON, verify: () => new Promise(() => {}) },
  ],
];

for (const [what, matches, options, back] of REFUSALS) {
  Deno.test(`${what} ends a handshake with an error of its own, and closes the connection`, async () => {
    const wires = memoryWirePair(undefined, back);
    const accepting = acceptSecure(wires[1]).catch((error) => error);
    const error = await sendHello(wires[0], alice, options).catch((error) =>
      error
    );
    assert(matches(error), `${error}`);
    assert(wires[0].closed);
    assertInstanceOf(await accepting, HandshakeError);
  });
}

Deno.test("the time for a handshake counts from HELLO, not from the answer", async () => {
  const wire = new RecordedWire();
  const timeoutMs = 5 * SOON;
  const begun = performance.now();
  const answering = assertRejects(
    () => sendHello(wire, alice, { timeoutMs }),
    HandshakeTimeoutError,
    "within 0.2 s",
  );
  await pass(3 * SOON);
  wire.answers.push(Uint8Array.of(0));
  await answering;
  const taken = performance.now() - begun;
  assert(taken < timeoutMs + 2 * SOON, `it took ${taken} ms`);
});

Deno.test("a signal cancels HELLO before it, in the silence and within the answer, with its reason", async () => {
  const reason = new Error("the user went away");
  for (const when of ["before", "in the silence", "within"]) {
    const wire = new RecordedWire();
    const stop = new AbortController();
    if (when === "before") stop.abort(reason);
    const answering = sendHello(wire, alice, { signal: stop.signal })
      .catch((error) => error);
    if (when === "within") wire.answers.push(Uint8Array.of(0));
    await pass(1);
    stop.abort(reason);
    assertEquals(await answering, reason, when);
    assert(wire.closed, when);
    assertEquals(wire.written.length, when === "before" ? 0 : 1, when);
  }
});

Deno.test("a signal that fires after the answer leaves the connection open", async () => {
  for (const text of ["hi", ""]) {
    const wire = new RecordedWire();
    const stop = new AbortController();
    if (text !== "") wire.answers.push(utf8(text));
    const answer = await sendHello(wire, alice, {
      signal: stop.signal,
      timeoutMs: 1,
    });
    stop.abort();
    await pass(1);
    assert(!wire.closed);
    wire.answers.end();
    assertEquals(await readAll(answer.wire), { bytes: utf8(text) });
  }
});
