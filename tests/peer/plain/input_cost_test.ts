import { assert } from "@std/assert";
import { bytesOf, newInput, takeEvents } from "./read_pieces.ts";

const SHORT_BYTES = 8 * 1024;
/** So much more is a long input. */
const FACTOR = 8;
/** Reading it takes about as long for each byte, and not {@linkcode FACTOR} times. */
const MAX_RATIO = 4;
const ROUNDS = 5;

/** What a peer sends: `size` bytes, in segments. */
type Flood = (size: number) => { input: string; segmentBytes: number };

const body = (size: number) => `Content-Length: ${size}\n\n${"x".repeat(size)}`;

const FLOODS: Record<string, Flood> = {
  "a body byte by byte": (size) => ({
    input: `CHAT\n${body(size)}`,
    segmentBytes: 1,
  }),
  "a body that is not complete byte by byte": (size) => ({
    input: `CHAT\n${body(size)}`.slice(0, -1),
    segmentBytes: 1,
  }),
  "a framed body byte by byte": (size) => ({
    input: `CHAT\n\nMSG\n${body(size)}`,
    segmentBytes: 1,
  }),
  "text that is held each time": (size) => ({
    input: "aQ".repeat(size / 2),
    segmentBytes: 2,
  }),
  "QUIT behind blanks byte by byte": (size) => ({
    input: " QUIT\n".repeat(size / 6).replaceAll("\n", "\nx"),
    segmentBytes: 1,
  }),
  "empty lines byte by byte": (size) => ({
    input: "\n".repeat(size),
    segmentBytes: 1,
  }),
  "paths in one segment": (size) => ({
    input: "x/qui".repeat(size / 5),
    segmentBytes: size,
  }),
  "lines of CHAT without end": (size) => ({
    input: "CHAT\n".repeat(size / 5),
    segmentBytes: 5,
  }),
  "CHATs without end within CHATs": (size) => ({
    input: "CHAT\n" + "xCHAT\nclientID:a\n".repeat(size / 17),
    segmentBytes: 17,
  }),
  "CHATs in one segment": (size) => ({
    input: "CHAT\na\n\n".repeat(size / 8),
    segmentBytes: size,
  }),
};

/** How long it takes to read a flood of a size some times, in ms. */
function timeOf(flood: Flood, size: number, times: number): number {
  const { input, segmentBytes } = flood(size);
  const bytes = bytesOf(input);
  const start = performance.now();
  for (let n = 0; n < times; n++) {
    const reader = newInput();
    for (let at = 0; at < bytes.length; at += segmentBytes) {
      reader.push(bytes.subarray(at, at + segmentBytes));
      takeEvents(reader);
    }
    reader.end();
    takeEvents(reader);
  }
  return performance.now() - start;
}

for (const [name, flood] of Object.entries(FLOODS)) {
  Deno.test(`the cost of a byte does not grow with what was sent before: ${name}`, () => {
    // The fastest of several rounds: a busy machine makes some of them slow.
    let short = Infinity;
    let long = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      short = Math.min(short, timeOf(flood, SHORT_BYTES, FACTOR));
      long = Math.min(long, timeOf(flood, SHORT_BYTES * FACTOR, 1));
    }
    assert(long < MAX_RATIO * short, `${long} ms against ${short} ms`);
  });
}
