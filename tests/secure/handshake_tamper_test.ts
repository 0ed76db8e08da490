import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { FramingError } from "../../lib/framing/mod.ts";
import {
  HandshakeError,
  secureConnect,
  SecureError,
  type SecureWire,
} from "../../lib/secure/mod.ts";
import { helloBytes } from "../../lib/secure/hello.ts";
import { acceptSecure, alice, readAll } from "../support/secure_wires.ts";
import { utf8 } from "../support/bytes.ts";
import { memoryWirePair, type Tamper } from "../support/memory_wire_pair.ts";
import { MemoryWire, Pipe } from "../support/memory_wire.ts";
import { withFlippedBit } from "../support/flip_bit.ts";

const HELLO = helloBytes();
const SECRET = "nobody else may read this";

/** What one side got: what it was told, and the error that stopped it. */
interface Outcome {
  readonly told: string;
  readonly error: unknown;
}

/** Says something, hears all there is to hear, and hangs up. */
async function converse(opening: Promise<SecureWire>): Promise<Outcome> {
  let wire: SecureWire;
  try {
    wire = await opening;
  } catch (error) {
    return { told: "", error };
  }
  const said = wire.write(utf8(SECRET)).then(() => wire.closeWrite());
  const heard = await readAll(wire);
  // What could not be said is no wonder where something was wrong.
  await said.catch((error) => assertEquals(error, heard.error));
  wire.close();
  return { told: new TextDecoder().decode(heard.bytes), error: heard.error };
}

/** Both sides of a connection with an attacker in between. */
async function meet(
  forth?: Tamper,
  back?: Tamper,
): Promise<[Outcome, Outcome]> {
  const [a, b] = memoryWirePair(forth, back);
  const outcomes = await Promise.all([
    converse(secureConnect(a, alice)),
    converse(acceptSecure(b)),
  ]);
  assert(a.closed && b.closed, "a connection was left open");
  return outcomes;
}

/** Whoever was told nothing knows by a named error; nobody is told else. */
function assertRefused(outcomes: Outcome[], what: string): void {
  for (const { told, error } of outcomes) {
    assert(
      error instanceof SecureError || error instanceof FramingError,
      `${what}: ${error} is not a named error`,
    );
    assertEquals(told, "", what);
  }
}

/** A meddler that does something to one piece. */
function at(
  index: number,
  change: (piece: Uint8Array) => readonly (Uint8Array | undefined)[],
): Tamper {
  return (piece, i) => i === index ? change(piece) : [piece];
}

/** Whether it differs only in the case of its header's name. */
function meansTheSame(hello: Uint8Array): boolean {
  const text = new TextDecoder().decode(hello);
  return /^HELLO\r\nversion: 1\r\n\r\n$/i.test(text) &&
    text.startsWith("HELLO");
}

/** The three handshake messages: who sends each, as which piece, how long. */
const MESSAGES = [
  {
    name: "the first message",
    forth: true,
    piece: 0,
    start: HELLO.length,
    length: 34,
  },
  { name: "the second message", forth: false, piece: 0, start: 0, length: 98 },
  { name: "the third message", forth: true, piece: 1, start: 0, length: 66 },
];

Deno.test("two ends without an attacker in between hear each other", async () => {
  for (const { told, error } of await meet()) {
    assertEquals(told, SECRET);
    assertEquals(error, undefined);
  }
});

Deno.test("a HELLO with a changed byte is refused, unless it means the same", async () => {
  for (let i = 0; i < HELLO.length; i++) {
    const outcomes = await meet(
      at(0, (piece) => [withFlippedBit(piece, i, i % 8)]),
    );
    if (!meansTheSame(withFlippedBit(HELLO, i, i % 8))) {
      assertRefused(outcomes, `byte ${i}`);
    } else for (const { told } of outcomes) assertEquals(told, SECRET);
  }
});

for (const { name, forth, piece, start, length } of MESSAGES) {
  const meetWith = (meddler: Tamper) =>
    forth ? meet(meddler) : meet(undefined, meddler);

  Deno.test(`${name} of a handshake is refused with any byte changed`, async () => {
    for (let i = start; i < start + length; i++) {
      const outcomes = await meetWith(at(piece, (bytes) => {
        assertEquals(bytes.length, start + length);
        return [withFlippedBit(bytes, i, i % 8)];
      }));
      assertRefused(outcomes, `byte ${i - start}`);
    }
  });

  Deno.test(`${name} of a handshake is refused cut at any byte`, async () => {
    for (let end = 0; end < start + length; end++) {
      const outcomes = await meetWith(
        at(piece, (bytes) => [bytes.subarray(0, end), undefined]),
      );
      assertRefused(outcomes, `${end} bytes`);
    }
  });

  Deno.test(`${name} of a handshake is refused with a byte more or less`, async () => {
    const longer = (bytes: Uint8Array) => Uint8Array.from([...bytes, 0]);
    for (const change of [longer, (bytes: Uint8Array) => bytes.slice(0, -1)]) {
      const changed = at(piece, (bytes) => {
        const copy = change(bytes);
        copy[start + 1] = copy.length - start - 2;
        return [copy];
      });
      assertRefused(await meetWith(changed), "its length was changed");
    }
  });

  Deno.test(`${name} of a handshake is refused the second time`, async () => {
    const outcomes = await meetWith(
      at(piece, (bytes) => [bytes, bytes.subarray(start)]),
    );
    const [connected, accepted] = outcomes;
    const victim = forth ? accepted : connected;
    assertInstanceOf(victim.error, SecureError);
    assertEquals(victim.told, "");
  });

  Deno.test(`${name} of a handshake is refused in another one`, async () => {
    let old: Uint8Array | undefined;
    const recorded = await meetWith(at(piece, (bytes) => {
      old = bytes.slice();
      return [bytes];
    }));
    assertEquals(recorded[0].told, SECRET);
    const outcomes = await meetWith(at(piece, () => [old]));
    // Anybody may send an old first message; it leads nowhere.
    assertRefused(outcomes, "replayed");
  });
}

Deno.test("replaying one side of an old conversation gets nothing from the other side", async () => {
  const halves: [Uint8Array[], Uint8Array[]] = [[], []];
  await meet(
    (piece) => (halves[0].push(piece.slice()), [piece]),
    (piece) => (halves[1].push(piece.slice()), [piece]),
  );
  for (const [who, half] of halves.entries()) {
    const [from, to] = [new Pipe(), new Pipe()];
    for (const piece of half) from.push(piece);
    from.end();
    const wire = new MemoryWire(from, to);
    const victim = who === 0 ? acceptSecure(wire) : secureConnect(wire, alice);
    await assertRejects(() => victim, HandshakeError);
  }
});

Deno.test("a third message that comes before the second is refused", async () => {
  let third: Uint8Array | undefined;
  await meet(at(1, (piece) => [third = piece.slice()]));
  const outcomes = await meet(
    at(0, (piece) => [piece, third]),
  );
  assertRefused(outcomes.slice(1), "out of order");
});
