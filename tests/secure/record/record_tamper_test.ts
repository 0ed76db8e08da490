import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { RecordError, TruncatedStreamError } from "../../../lib/secure/mod.ts";
import { concat, utf8 } from "../../support/bytes.ts";
import { readAll } from "../../support/secure_wires.ts";
import { freshKeys, receiving, recordsOf } from "./records.ts";
import { at } from "../../support/at.ts";
import { withFlippedBit } from "../../support/flip_bit.ts";

const TEXTS = ["one", "two, which is longer", "3", "four"].map(utf8);
const KEYS = freshKeys();
const RECORDS = await recordsOf(KEYS, TEXTS);
const STREAM = concat(RECORDS);

/** Where each record begins, and where the last one ends. */
const STARTS = RECORDS.reduce(
  (starts, { length }) => [...starts, (starts.at(-1) ?? 0) + length],
  [0],
);

/** What is delivered of some bytes, as text, and the error behind it. */
async function deliver(
  ...pieces: Uint8Array[]
): Promise<{ text: string; error: unknown }> {
  const { bytes, error } = await readAll(receiving(KEYS, pieces));
  return { text: new TextDecoder().decode(bytes), error };
}

/** The texts of the first records. */
function first(count: number): string {
  return new TextDecoder().decode(concat(TEXTS.slice(0, count)));
}

/** In which record a byte of the stream stands. */
function recordAt(byte: number): number {
  return STARTS.findLastIndex((start) => start <= byte);
}

Deno.test("what was written arrives, and then the end", async () => {
  assertEquals(await deliver(STREAM), { text: first(4), error: undefined });
});

Deno.test("a record with any bit of any byte changed is not delivered, nor what follows", async () => {
  for (let i = 0; i < STREAM.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const { text, error } = await deliver(withFlippedBit(STREAM, i, bit));
      assertEquals(text, first(recordAt(i)), `byte ${i}`);
      // A record that seems longer than what is there ends with the stream.
      assert(
        error instanceof RecordError || error instanceof TruncatedStreamError,
        `byte ${i}: ${error}`,
      );
    }
  }
});

Deno.test("a stream cut at any byte delivers the whole records and says that it was cut", async () => {
  for (let end = 0; end < STREAM.length; end++) {
    const { text, error } = await deliver(STREAM.subarray(0, end));
    assertEquals(text, first(recordAt(end)), `${end} bytes`);
    assertInstanceOf(error, TruncatedStreamError);
  }
});

Deno.test("a stream without any of its bytes delivers only what was before it", async () => {
  for (let i = 0; i < STREAM.length; i++) {
    const { text, error } = await deliver(
      STREAM.subarray(0, i),
      STREAM.subarray(i + 1),
    );
    // Of equal bytes in a row, it makes no difference which one is missing.
    let missing = i;
    while (STREAM[missing] === STREAM[missing + 1]) missing++;
    assertEquals(text, first(recordAt(missing)), `byte ${i}`);
    assert(error instanceof Error, `byte ${i}`);
  }
});

Deno.test("a record is delivered once, however often it comes", async () => {
  for (let i = 0; i < TEXTS.length; i++) {
    const { text, error } = await deliver(
      ...RECORDS.slice(0, i + 1),
      at(RECORDS, i),
      ...RECORDS.slice(i + 1),
    );
    assertEquals(text, first(i + 1));
    assertInstanceOf(error, RecordError);
  }
});

Deno.test("records that are missing or in another order are not delivered", async () => {
  for (let i = 0; i < RECORDS.length; i++) {
    for (let j = 0; j < RECORDS.length; j++) {
      if (i === j) continue;
      const order = RECORDS.toSpliced(i, 1);
      if (i !== RECORDS.length - 1) {
        const { text, error } = await deliver(...order);
        assertEquals(text, first(i));
        assertInstanceOf(error, RecordError);
      }
      const { text, error } = await deliver(
        ...order.toSpliced(j, 0, at(RECORDS, i)),
      );
      assertEquals(text, first(Math.min(i, j)));
      assertInstanceOf(error, RecordError);
    }
  }
});

Deno.test("the end cannot be forged, nor moved forward", async () => {
  const made = [[0, 0], [0, 16, ...new Uint8Array(16)], [0, 1, 0]];
  for (
    const end of [...made.map((it) => Uint8Array.from(it)), at(RECORDS, 4)]
  ) {
    const { text, error } = await deliver(at(RECORDS, 0), end);
    assertEquals(text, first(1));
    assertInstanceOf(error, RecordError);
  }
});

Deno.test("a record of another session is not delivered", async () => {
  const others = await recordsOf(freshKeys(), TEXTS);
  for (let i = 0; i < RECORDS.length; i++) {
    const { text, error } = await deliver(
      ...RECORDS.toSpliced(i, 1, at(others, i)),
    );
    assertEquals(text, first(i));
    assertInstanceOf(error, RecordError);
  }
});

Deno.test("a record that comes back to who wrote it is not delivered", async () => {
  const reflected = receiving({ forth: KEYS.back, back: KEYS.forth }, RECORDS);
  const { bytes, error } = await readAll(reflected);
  assertEquals(bytes.length, 0);
  assertInstanceOf(error, RecordError);
});

Deno.test("after a forged record nothing genuine is read or written any more", async () => {
  const forged = withFlippedBit(at(RECORDS, 0), 5);
  const wire = receiving(KEYS, [forged, ...RECORDS]);
  const refused = await readAll(wire);
  assertInstanceOf(refused.error, RecordError);
  assertEquals(await readAll(wire), refused);
  for (const attempt of [wire.write(utf8("x")), wire.closeWrite()]) {
    assertEquals(await attempt.catch((error) => error), refused.error);
  }
});
