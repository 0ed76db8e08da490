import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  HandshakeError,
  NotSecureError,
  RecordError,
  secureAccept,
  secureConnect,
  TruncatedStreamError,
} from "../../lib/secure/mod.ts";
import { FrameReader } from "../../lib/secure/record/frame_reader.ts";
import { withLengthPrefix } from "../../lib/secure/record/record.ts";
import { alice, bob, readAll } from "../support/secure_wires.ts";
import { concat } from "../support/bytes.ts";
import { FIRST_MESSAGE } from "../support/hello.ts";
import { MemoryWire, Pipe } from "../support/memory_wire.ts";
import { freshKeys, receiving, recordsOf } from "./record/records.ts";
import { at } from "../support/at.ts";

const RUNS = 1000;
const EMPTY = new Uint8Array(0);

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), {
  minLength: 1,
  maxLength: 10,
});
const text = fc.uint8Array({ minLength: 1, maxLength: 120 });
const texts = fc.array(text, { maxLength: 5 });
const garbage = fc.uint8Array({ minLength: 1, maxLength: 200 });

/** Bytes cut into pieces of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0, n = 0; start < bytes.length; n++) {
    const length = at(lengths, n % lengths.length);
    pieces.push(bytes.subarray(start, start + length));
    start += length;
  }
  return pieces;
}

/** A wire on which these pieces arrive, and then nothing more. */
function wireOf(pieces: Uint8Array[]): MemoryWire {
  const from = new Pipe();
  for (const piece of pieces) from.push(piece);
  from.end();
  return new MemoryWire(from, new Pipe());
}

function framesOf(pieces: Uint8Array[]): Uint8Array[] {
  const reader = new FrameReader();
  const frames: Uint8Array[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let frame; (frame = reader.take()) !== undefined;) {
      frames.push(frame.slice());
    }
  }
  return frames;
}

Deno.test("messages with a length in front are read as they were, however they are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      lengths,
      (messages, lengths) => {
        const pieces = cut(concat(messages.map(withLengthPrefix)), lengths);
        assertEquals(framesOf(pieces), messages);
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("any bytes give the same messages however they are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(garbage, text.map(withLengthPrefix)), { maxLength: 5 }),
      lengths,
      (parts, lengths) => {
        const bytes = concat(parts);
        assertEquals(framesOf(cut(bytes, lengths)), framesOf([bytes]));
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("what was written arrives whole and in order, however the records are cut", async () => {
  await fc.assert(
    fc.asyncProperty(texts, lengths, async (texts, lengths) => {
      const keys = freshKeys();
      const records = await recordsOf(keys, texts);
      const wire = receiving(keys, cut(concat(records), lengths));
      assertEquals(await readAll(wire), { bytes: concat(texts) });
    }),
    { numRuns: RUNS },
  );
});

Deno.test("garbage among records ends in a named error, and what was before it arrives", async () => {
  await fc.assert(
    fc.asyncProperty(
      texts,
      garbage,
      fc.nat(),
      lengths,
      async (texts, garbage, where, lengths) => {
        const keys = freshKeys();
        const records = await recordsOf(keys, texts);
        const at = where % records.length;
        const stream = concat(records.toSpliced(at, 0, garbage));
        const { bytes, error } = await readAll(
          receiving(keys, cut(stream, lengths)),
        );
        assertEquals(bytes, concat(texts.slice(0, at)));
        assert(
          error instanceof RecordError || error instanceof TruncatedStreamError,
          `${error} is not one of the named errors`,
        );
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("garbage in the place of a handshake ends in a named error, for either side", async () => {
  const start = fc.constantFrom([], [0], [0, 64], [0, 96]);
  const noise = fc.tuple(start, garbage).map(([start, rest]) =>
    Uint8Array.from([...start, ...rest])
  );
  await fc.assert(
    fc.asyncProperty(noise, lengths, async (garbage, lengths) => {
      const pieces = cut(garbage, lengths);
      const opening = { handshake: FIRST_MESSAGE, rest: EMPTY };
      const accepted = await secureAccept(wireOf(pieces), bob, opening)
        .catch((error) => error);
      assert(accepted instanceof HandshakeError, `${accepted}`);
      const connected = await secureConnect(wireOf(pieces), alice)
        .catch((error) => error);
      assert(
        connected instanceof HandshakeError ||
          connected instanceof NotSecureError,
        `${connected}`,
      );
    }),
    { numRuns: RUNS },
  );
});
