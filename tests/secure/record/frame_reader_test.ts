import { assertEquals } from "@std/assert";
import { FrameReader } from "../../../lib/secure/record/frame_reader.ts";
import { withLengthPrefix } from "../../../lib/secure/record/record.ts";
import { concat } from "../../support/bytes.ts";

/** Every message in some bytes that arrive in the given pieces. */
function frames(pieces: readonly Uint8Array[]): Uint8Array[] {
  const reader = new FrameReader();
  const messages: Uint8Array[] = [];
  for (const piece of pieces) {
    // The array is overwritten afterwards, as a connection's buffer would be.
    const buffer = piece.slice();
    reader.push(buffer);
    for (let next; (next = reader.take()) !== undefined;) {
      messages.push(next.slice());
    }
    buffer.fill(0xff);
  }
  return messages;
}

const MESSAGES = [3, 0, 300, 1, 0, 256, 2].map((length) =>
  crypto.getRandomValues(new Uint8Array(length))
);
const STREAM = concat(MESSAGES.map(withLengthPrefix));

Deno.test("messages are read the same split at every byte", () => {
  for (let at = 0; at <= STREAM.length; at++) {
    const pieces = [STREAM.subarray(0, at), STREAM.subarray(at)];
    assertEquals(frames(pieces), MESSAGES, `split at ${at}`);
  }
});

Deno.test("messages are read the same in pieces of any one length", () => {
  for (let length = 1; length < 310; length++) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < STREAM.length; at += length) {
      pieces.push(STREAM.subarray(at, at + length));
    }
    assertEquals(frames(pieces), MESSAGES, `pieces of ${length}`);
  }
});

Deno.test("the longest message there can be is read", () => {
  const message = new Uint8Array(65535).fill(7);
  const bytes = withLengthPrefix(message);
  assertEquals(frames([bytes]), [message]);
  assertEquals(frames([bytes.subarray(0, 1), bytes.subarray(1)]), [message]);
  assertEquals(frames([bytes.subarray(0, -1)]), []);
});

Deno.test("what has begun to arrive can be looked at once all else is taken", () => {
  const reader = new FrameReader();
  assertEquals(reader.partial.length, 0);
  for (let i = 0; i < 4; i++) {
    reader.push(STREAM.subarray(i, i + 1));
    assertEquals(reader.take(), undefined);
    assertEquals(reader.partial, STREAM.subarray(0, i + 1));
  }
  reader.push(STREAM.subarray(4));
  for (const message of MESSAGES) assertEquals(reader.take(), message);
  assertEquals(reader.partial.length, 0);
});
