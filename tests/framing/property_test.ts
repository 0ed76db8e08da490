import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  encodeMessage,
  FramingError,
  Message,
  MessageReader,
} from "../../lib/framing/mod.ts";
import { at } from "../support/at.ts";

const RUNS = 3000;

const token = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,12}$/);
const name = token.filter((text) => text.toLowerCase() !== "content-length");
const value = fc.string({ unit: "grapheme", maxLength: 40 })
  .map((text) => text.replaceAll(/\p{Cc}/gu, "").trim());
const message = fc.record({
  method: token,
  headers: fc.array(fc.tuple(name, value), { maxLength: 8 }),
  body: fc.uint8Array({ maxLength: 300 }),
}).map(({ method, headers, body }) => new Message(method, headers, body));

/** Bytes cut into pieces of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0, n = 0; start < bytes.length; n++) {
    const length = at(lengths, n % lengths.length);
    pieces.push(bytes.slice(start, start + length));
    start += length;
  }
  return pieces;
}

function join(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => Array.from(part)));
}

/** What a reader makes of the pieces: messages, and the error that ended it. */
function readAll(
  pieces: Uint8Array[],
): { messages: Message[]; error?: unknown } {
  const reader = new MessageReader();
  const messages: Message[] = [];
  try {
    for (const piece of pieces) {
      reader.push(piece);
      for (let next; (next = reader.next()) !== undefined;) {
        messages.push(next);
        assert(messages.length < 10_000, "it reads on for ever");
      }
    }
    reader.end();
    return { messages };
  } catch (error) {
    return { messages, error };
  }
}

/** What of a message is compared: spellings of names are the writer's to mend. */
function essence({ method, headers, body }: Message) {
  return {
    method,
    headers: headers.map(([name, value]) => [name.toLowerCase(), value]),
    body: Array.from(body),
  };
}

const lengths = fc.array(fc.integer({ min: 1, max: 50 }), {
  minLength: 1,
  maxLength: 10,
});

Deno.test("reading what was written gives it back, however it is cut", () => {
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 5 }),
      lengths,
      (messages, lengths) => {
        const bytes = join(messages.map(encodeMessage));
        const read = readAll(cut(bytes, lengths));
        assertEquals(read.error, undefined);
        assertEquals(read.messages.map(essence), messages.map(essence));
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("garbage in between spoils nothing before it and ends in a named error or in messages", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 3 }),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(message, { maxLength: 3 }),
      lengths,
      (before, garbage, after, lengths) => {
        const bytes = join([
          ...before.map(encodeMessage),
          garbage,
          ...after.map(encodeMessage),
        ]);
        const { messages, error } = readAll(cut(bytes, lengths));
        assert(
          error === undefined || error instanceof FramingError,
          `${error} is not one of the named errors`,
        );
        assertEquals(
          messages.slice(0, before.length).map(essence),
          before.map(essence),
        );
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("bytes give the same messages and the same error however they are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(message.map(encodeMessage), fc.uint8Array()), {
        maxLength: 4,
      }),
      lengths,
      (parts, lengths) => {
        const bytes = join(parts);
        const whole = readAll([bytes]);
        const pieces = readAll(cut(bytes, lengths));
        assertEquals(pieces.messages.map(essence), whole.messages.map(essence));
        assertEquals(String(pieces.error), String(whole.error));
      },
    ),
    { numRuns: RUNS },
  );
});
