import * as fc from "fast-check";
import { encodeMessage, type Header, Message } from "../../lib/framing/mod.ts";
import { HEADER, METHOD } from "../../lib/protocol/mod.ts";

/** Keys: two that could be somebody's, and texts that are none. */
const KEYS = [1, 2].map((byte) => new Uint8Array(32).fill(byte).toBase64());

/** Values that some header, or the parser, treats in a way of its own. */
const VALUES = [
  ..."|0|1|-1|65535|65536|99999999999999999999|1e3|0x10| 7|yes|no|bob".split(
    "|",
  ),
  ..."carol|CAROL|x-y.z|a b|ä|🙂|*|~bob|bob~2|127.0.0.1:5555|[::1]:1".split(
    "|",
  ),
  ..."0.0.0.0:0|10.0.0.1:22,[ff02::1]:9|localhost:80|AA==|32,0,7|\0|\u202e"
    .split("|"),
  "01JD0000000000000000000000",
  "2026-01-01T00:00:00.000Z",
  "x".repeat(300),
  ...KEYS,
];

/** Pieces of a stream that mean something to a parser, or nearly. */
const PIECES = [
  ...Object.values(METHOD),
  ...Object.values(HEADER),
  ...VALUES,
  ..."\r\n|\n|\r|\r\n\r\n|\n\n|: |:| |\t|Content-Length: |/quit|IP: ".split(
    "|",
  ),
];

/** The value of a header. */
export const value: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
  fc.string({ unit: "grapheme", maxLength: 40 }),
).map((text) => text.replaceAll(/[\r\n\0]/g, "").trim());

/** Headers of the protocol with values that need not fit. */
export const headers: fc.Arbitrary<Header[]> = fc.array(
  fc.tuple(fc.constantFrom(...Object.values(HEADER)), value),
  { maxLength: 6 },
);

/** A body. */
export const body: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ maxLength: 200 }),
  value.map((text) => new TextEncoder().encode(text)),
);

/** A message that can be encoded, and need not make sense. */
export const message: fc.Arbitrary<Message> = fc.record({
  method: fc.constantFrom(...Object.values(METHOD)),
  headers,
  body,
}).map(({ method, headers, body }) => new Message(method, headers, body));

/** A stream of bytes: messages, pieces of them, and noise. */
export const stream: fc.Arbitrary<Uint8Array> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: message.map(encodeMessage) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...PIECES)
        .map((text) => new TextEncoder().encode(text)),
    },
    fc.uint8Array({ maxLength: 20 }),
  ),
  { minLength: 1, maxLength: 12 },
).map((parts) => new Uint8Array(parts.flatMap((part) => Array.from(part))));

/** Lengths of the pieces in which a stream arrives, over and over. */
export const lengths: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 2000 })),
  { minLength: 1, maxLength: 6 },
);

/** Bytes in pieces of the given lengths. */
export function* cut(
  bytes: Uint8Array,
  lengths: readonly number[],
): Generator<Uint8Array> {
  for (let start = 0, n = 0; start < bytes.length; n++) {
    const length = lengths[n % lengths.length] ?? 1;
    yield bytes.slice(start, start + length);
    start += length;
  }
}
