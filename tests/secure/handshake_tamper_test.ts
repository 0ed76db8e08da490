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
import { acceptSecure, alice, readAll } from "../support/secure_wires.ts";
import { utf8 } from "../support/bytes.ts";
import { HELLO, helloWith } from "../support/hello.ts";
import { memoryWirePair, type Tamper } from "../support/memory_wire_pair.ts";
import { MemoryWire, Pipe } from "../support/memory_wire.ts";
import { withFlippedBit } from "../support/flip_bit.ts";

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

/** Where the first message of the handshake begins in HELLO. */
const HANDSHAKE_AT = HELLO.indexOf("Handshake: ") + "Handshake: ".length;

/** Whether two HELLOs differ only in the case of the headers' names. */
function meansTheSame(one: Uint8Array, other: Uint8Array): boolean {
  const [a, b] = [one, other].map((hello) => {
    const text = new TextDecoder().decode(hello);
    const [method, ...headers] = text.slice(0, HANDSHAKE_AT).split("\r\n");
    const names = headers.join("\r\n").toLowerCase();
    return [method, names, text.slice(HANDSHAKE_AT)].join("\r\n");
  });
  return a === b;
}

/** The three handshake messages: who sends each, as which piece, how long. */
const MESSAGES = [
  {
    name: "the first message",
    forth: true,
    piece: 0,
    start: HANDSHAKE_AT,
    length: HELLO.length,
    resize: resizeHello,
  },
  {
    name: "the second message",
    forth: false,
    piece: 0,
    start: 0,
    length: 98,
    resize: resizeFrame,
  },
  {
    name: "the third message",
    forth: true,
    piece: 1,
    start: 0,
    length: 66,
    resize: resizeFrame,
  },
];

/** HELLO with a byte more or less in its handshake message. */
function resizeHello(hello: Uint8Array, by: 1 | -1): Uint8Array {
  const text = new TextDecoder().decode(hello);
  const [base64 = ""] = text.slice(HANDSHAKE_AT).split("\r\n");
  return utf8(helloWith(resize(Uint8Array.fromBase64(base64), by).toBase64()));
}

/** A message behind its length, with a byte more or less. */
function resizeFrame(frame: Uint8Array, by: 1 | -1): Uint8Array {
  const copy = resize(frame, by);
  copy[1] = copy.length - 2;
  return copy;
}

function resize(bytes: Uint8Array, by: 1 | -1): Uint8Array {
  return by === 1 ? Uint8Array.from([...bytes, 0]) : bytes.slice(0, -1);
}

Deno.test("two ends without an attacker in between hear each other", async () => {
  for (const { told, error } of await meet()) {
    assertEquals(told, SECRET);
    assertEquals(error, undefined);
  }
});

Deno.test("a HELLO with a changed byte is refused, unless it means the same", async () => {
  let same = 0;
  for (let i = 0; i < HELLO.length; i++) {
    let isSame = false;
    const outcomes = await meet(at(0, (piece) => {
      assertEquals(piece.length, HELLO.length);
      const changed = withFlippedBit(piece, i, i % 8);
      isSame = meansTheSame(piece, changed);
      return [changed];
    }));
    if (isSame) same++;
    if (!isSame) assertRefused(outcomes, `byte ${i}`);
    else for (const { told } of outcomes) assertEquals(told, SECRET);
  }
  // Two names, one letter in eight of which changed its case.
  assert(same > 0 && same <= 2, `${same} mean the same`);
});

Deno.test("a HELLO whose Handshake was altered in any bit does not complete", async () => {
  for (let i = HANDSHAKE_AT; i < HELLO.length - 4; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const outcomes = await meet(
        at(0, (piece) => [withFlippedBit(piece, i, bit)]),
      );
      assertRefused(outcomes, `bit ${bit} of byte ${i}`);
    }
  }
});

for (const { name, forth, piece, start, length, resize } of MESSAGES) {
  const meetWith = (meddler: Tamper) =>
    forth ? meet(meddler) : meet(undefined, meddler);

  Deno.test(`${name} of a handshake is refused with any byte changed`, async () => {
    for (let i = start; i < length; i++) {
      const outcomes = await meetWith(at(piece, (bytes) => {
        assertEquals(bytes.length, length);
        return [withFlippedBit(bytes, i, i % 8)];
      }));
      assertRefused(outcomes, `byte ${i - start}`);
    }
  });

  Deno.test(`${name} of a handshake is refused cut at any byte`, async () => {
    for (let end = 0; end < length; end++) {
      const outcomes = await meetWith(
        at(piece, (bytes) => [bytes.subarray(0, end), undefined]),
      );
      assertRefused(outcomes, `${end} bytes`);
    }
  });

  Deno.test(`${name} of a handshake is refused with a byte more or less`, async () => {
    for (const by of [1, -1] as const) {
      const changed = at(piece, (bytes) => [resize(bytes, by)]);
      assertRefused(await meetWith(changed), `its length was changed by ${by}`);
    }
  });

  Deno.test(`${name} of a handshake is refused the second time`, async () => {
    const outcomes = await meetWith(
      at(piece, (bytes) => [bytes, bytes]),
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
